"""Column mapping: which column of a raw table becomes which of Palate's."""

from __future__ import annotations

import csv
import difflib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from palate.config import TableConfig
from palate.data.raw.files import RawFiles
from palate.data.raw.pieces import parquet_footer
from palate.errors import PalateError
from palate.schema import ITEM, KIND, TIME, TITLE, USER, VALUE

EVENTS_TABLE = "events"
CATALOGUE_TABLE = "catalogue"
_REQUIRED = {EVENTS_TABLE: (USER, ITEM, TIME), CATALOGUE_TABLE: (ITEM, TITLE)}
_SAMPLE_LINES = 1000


@dataclass(frozen=True)
class Layout:
    """The columns of a table as they are in its files, and as Palate calls them."""

    header: tuple[str, ...]
    """Names in the files, in the files' order."""
    names: dict[str, str]
    """Palate's name to the files' name, of the columns that are read."""


def table_layout(table: str, config: TableConfig, files: RawFiles) -> Layout:
    """Find the columns of `events` or `catalogue`; `PalateError` naming the nearest if one is missing."""
    header = _header(config, files)
    # Of events nothing but these columns is read; of a catalogue all, since texts and filters may need them.
    names = {name: config.columns.get(name, name) for name in (USER, ITEM, KIND, VALUE, TIME)}
    if table == CATALOGUE_TABLE:
        names = _all_names(config, header)
    for name in (*_REQUIRED[table], *config.columns):
        _require(table, name, names.get(name, config.columns.get(name, name)), header)
    return Layout(header, {name: column for name, column in names.items() if column in header})


def _all_names(config: TableConfig, header: Sequence[str]) -> dict[str, str]:
    taken = set(config.columns.values()) | set(config.columns)
    return config.columns | {column: column for column in header if column not in taken}


def _require(table: str, name: str, column: str, header: Sequence[str]) -> None:
    if column in header:
        return
    nearest = difflib.get_close_matches(column, header, n=1, cutoff=0.0)
    hint = f"; did you mean {nearest[0]!r}? It has: {', '.join(header)}" if nearest else ""
    raise PalateError(
        f"The {table} table has no column {column!r}{hint}. "
        f"Name the right one in data.{table}.columns, as in {{{name}: its_name}}"
    )


def _header(config: TableConfig, files: RawFiles) -> tuple[str, ...]:
    if config.format == "parquet":
        return _common_columns(files)
    if config.format == "jsonl":
        return _json_keys(files.first_lines(files.paths[0], _SAMPLE_LINES))
    headers = {path: _csv_header(files, path, config.delimiter) for path in files.paths}
    first, *others = files.paths
    for path in others:
        if headers[path] != headers[first]:
            raise PalateError(f"{path} has other columns in its first line than {first}; make them equal")
    return headers[first]


def _common_columns(files: RawFiles) -> tuple[str, ...]:
    """Columns that every Parquet file has, in the order of the first."""
    first, *others = (parquet_footer(files.fs, path).schema.to_arrow_schema().names for path in files.paths)
    common = set(first).intersection(*others)
    return tuple(name for name in first if name in common)


def _csv_header(files: RawFiles, path: str, delimiter: str) -> tuple[str, ...]:
    lines = files.first_lines(path, 1)
    line = lines[0].decode("utf-8-sig", errors="replace") if lines else ""
    fields = line.split(delimiter) if len(delimiter) > 1 else next(csv.reader([line], delimiter=delimiter))
    return tuple(name.strip() for name in fields)


def _json_keys(lines: Sequence[bytes]) -> tuple[str, ...]:
    """Keys of the first objects, in the order in which they appear."""
    # A dictionary keeps the order, which a set would not.
    keys: dict[str, None] = {}
    for line in lines:
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            continue
        keys |= dict.fromkeys(row) if isinstance(row, dict) else {}
    return tuple(keys)
