"""Column mapping: which column of a raw table becomes which of Palate's."""

from __future__ import annotations

import csv
import difflib
import json
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from palate.config import TableConfig
from palate.config.data import NO_QUOTE
from palate.data.raw.files import RawFiles
from palate.data.raw.pieces import parquet_footer
from palate.data.raw.values import holds_bytes
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
    left_out: tuple[str, ...] = ()
    """Columns of bytes, such as images, that nothing asks for."""

    def notes(self) -> list[str]:
        """What somebody who asked for the table may want to know of its columns."""
        if not self.left_out:
            return []
        return [
            f"Columns of bytes were left out: {', '.join(self.left_out)}. To read one as text, name it in "
            "data.catalogue.columns."
        ]


def table_layout(
    table: str, config: TableConfig, files: RawFiles, template_fields: Collection[str] = ()
) -> Layout:
    """Find the columns of `events` or `catalogue`; `PalateError` naming the nearest if one is missing.

    `template_fields` are fields of an item that a template names, so that they are read whatever they hold.
    """
    header, of_bytes = _header(config, files)
    # Of events nothing but these columns is read; of a catalogue all, since texts and filters may need them.
    names = {name: config.columns.get(name, name) for name in (USER, ITEM, KIND, VALUE, TIME)}
    left_out: tuple[str, ...] = ()
    if table == CATALOGUE_TABLE:
        names = _all_names(config, header)
        named = {ITEM, TITLE, *config.columns, *template_fields}
        left_out = tuple(column for column in names if column in of_bytes and column not in named)
    for name in (*_REQUIRED[table], *config.columns):
        _require(table, name, names.get(name, config.columns.get(name, name)), header)
    names = {name: column for name, column in names.items() if column in header and name not in left_out}
    _refuse_repeated(table, files, header, names)
    return Layout(header, names, left_out)


def _all_names(config: TableConfig, header: Sequence[str]) -> dict[str, str]:
    # Tables of spreadsheets and data frames have columns without a name, of which nobody can ask.
    taken = {*config.columns.values(), *config.columns, ""}
    return config.columns | {column: column for column in header if column not in taken}


def _refuse_repeated(table: str, files: RawFiles, header: Sequence[str], names: dict[str, str]) -> None:
    counts = Counter(header)
    repeated = next((column for column in names.values() if counts[column] > 1), None)
    if repeated is not None:
        raise PalateError(
            f"The {table} table has the column {repeated!r} {counts[repeated]} times in {files.paths[0]}; "
            "leave one"
        )


def _require(table: str, name: str, column: str, header: Sequence[str]) -> None:
    if column in header:
        return
    nearest = difflib.get_close_matches(column, header, n=1, cutoff=0.0)
    hint = f"; did you mean {nearest[0]!r}? It has: {', '.join(header)}" if nearest else ""
    raise PalateError(
        f"The {table} table has no column {column!r}{hint}. "
        f"Name the right one in data.{table}.columns, as in {{{name}: its_name}}"
    )


def _header(config: TableConfig, files: RawFiles) -> tuple[tuple[str, ...], frozenset[str]]:
    """The columns, and which of them hold bytes."""
    if config.format == "parquet":
        return _parquet_header(files)
    if config.format == "jsonl":
        return _json_keys(files.first_lines(files.paths[0], _SAMPLE_LINES)), frozenset()
    headers = {path: _csv_header(files, path, config) for path in files.paths}
    first, *others = files.paths
    for path in others:
        if headers[path] != headers[first]:
            raise PalateError(f"{path} has other columns in its first line than {first}; make them equal")
    return headers[first], frozenset()


def _parquet_header(files: RawFiles) -> tuple[tuple[str, ...], frozenset[str]]:
    """Columns that any file has, in the order of the first that does; newer files often have more."""
    header: list[str] = []
    of_bytes: set[str] = set()
    for path in files.paths:
        schema = parquet_footer(files.fs, path).schema.to_arrow_schema()
        # A name that a file has twice stays so, to be refused.
        header += (Counter(schema.names) - Counter(header)).elements()
        of_bytes |= {field.name for field in schema if holds_bytes(field.type)}
    return tuple(header), frozenset(of_bytes)


def _csv_header(files: RawFiles, path: str, config: TableConfig) -> tuple[str, ...]:
    lines = files.first_lines(path, 1)
    line = lines[0].decode(config.encoding, errors="replace").removeprefix("\ufeff") if lines else ""
    if len(config.delimiter) > 1 or config.quote == NO_QUOTE:
        fields = line.split(config.delimiter)
    else:
        fields = next(csv.reader([line], delimiter=config.delimiter, quotechar=config.quote))
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
