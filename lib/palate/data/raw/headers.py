"""Column discovery: the columns that the files of a table have, by what is written in them."""

from __future__ import annotations

import ast
import csv
import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator

from palate.config import TableConfig
from palate.config.data import NO_QUOTE
from palate.data.files.discovery import RawFiles
from palate.data.files.json_arrays import array_blocks, is_json_array
from palate.data.files.pieces import cut_lines, line_blocks
from palate.data.raw.values import holds_bytes
from palate.errors import PalateError

_SAMPLE_LINES = 1000


def file_header(
    config: TableConfig, files: RawFiles, needed: Collection[str], all_keys: bool
) -> tuple[tuple[str, ...], frozenset[str]]:
    """The columns in the order in which they appear, and which of them hold bytes.

    Of JSON lines a sample tells the keys; if it lacks one that is `needed`, or `all_keys` are asked for, all
    lines do.
    """
    if config.format == "parquet":
        return _parquet_header(files)
    files.require_text()
    if config.format == "csv":
        return _csv_header(config, files), frozenset()
    return _json_header(files, needed, all_keys), frozenset()


def _parquet_header(files: RawFiles) -> tuple[tuple[str, ...], frozenset[str]]:
    """Columns that any file has, in the order of the first that does; newer files often have more."""
    header: list[str] = []
    of_bytes: set[str] = set()
    for path in files.paths:
        schema = files.parquet_footer(path).schema.to_arrow_schema()
        # A name that a file has twice stays so, to be refused.
        header += (Counter(schema.names) - Counter(header)).elements()
        of_bytes |= {field.name for field in schema if holds_bytes(field.type)}
    return tuple(header), frozenset(of_bytes)


def _csv_header(config: TableConfig, files: RawFiles) -> tuple[str, ...]:
    headers = {path: _first_fields(files, path, config) for path in files.paths}
    first, *others = files.paths
    for path in others:
        if headers[path] != headers[first]:
            raise PalateError(f"{path} has other columns in its first line than {first}; make them equal")
    return headers[first]


def _first_fields(files: RawFiles, path: str, config: TableConfig) -> tuple[str, ...]:
    lines = files.first_lines(path, 1)
    line = lines[0].decode(files.line_encoding, errors="replace").removeprefix("\ufeff") if lines else ""
    if "\r" in line:
        raise PalateError(f"{path}: its lines end in carriage returns alone; end them with line feeds")
    if len(config.delimiter) > 1 or config.quote == NO_QUOTE:
        fields = line.split(config.delimiter)
    else:
        fields = _quoted_fields(line, path, config)
    return tuple(name.strip() for name in fields)


def _quoted_fields(line: str, path: str, config: TableConfig) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=config.delimiter, quotechar=config.quote, strict=True), [])
    except csv.Error as error:
        raise PalateError(
            f"The first line of {path} cannot be read as a header ({error}): {line[:80]!r}"
        ) from error


def _json_header(files: RawFiles, needed: Collection[str], all_keys: bool) -> tuple[str, ...]:
    sample = _sample(files)
    keys = _keys(sample, files.line_encoding)
    if sample and not keys:
        raise PalateError(_no_json(files, sample[0]))
    if all_keys or not set(needed) <= set(keys):
        keys |= _keys((line for block in _json_blocks(files) for line in block), files.line_encoding)
    return tuple(keys)


def _sample(files: RawFiles) -> list[bytes]:
    path = files.paths[0]
    if is_json_array(files, path):
        return next(array_blocks(files, path, _SAMPLE_LINES), [])
    return files.first_lines(path, _SAMPLE_LINES)


def _json_blocks(files: RawFiles) -> Iterator[list[bytes]]:
    for single in files.each():
        (path,) = single.paths
        if is_json_array(single, path):
            yield from array_blocks(single, path)
        else:
            for piece in cut_lines(single):
                yield from line_blocks(single, piece)


def _keys(lines: Iterable[bytes], encoding: str) -> dict[str, None]:
    """Keys of the objects, in the order in which they appear."""
    # A dictionary keeps the order, which a set would not.
    keys: dict[str, None] = {}
    for line in lines:
        try:
            row = json.loads(line.decode(encoding, errors="replace").removeprefix("\ufeff"))
        except (ValueError, RecursionError):
            continue
        keys |= dict.fromkeys(row) if isinstance(row, dict) else {}
    return keys


def _no_json(files: RawFiles, first: bytes) -> str:
    line = first.decode(files.line_encoding, errors="backslashreplace")
    what = f"{files.paths[0]}: no line is a JSON object; the first reads {line[:80]!r}"
    if _is_python(line):
        return f"{what}, a Python literal: write each as json.dumps(ast.literal_eval(line))"
    return f"{what}; write an object a line, or one array of objects"


def _is_python(line: str) -> bool:
    try:
        return isinstance(ast.literal_eval(line), dict)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return False
