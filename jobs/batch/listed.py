"""Listed values: what a file names, a line each, or in one column of a Parquet file."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import pyarrow as pa
import pyarrow.parquet as pq

from palate.config.data import FORMAT_OF, format_ending
from palate.data.files.discovery import RawFiles, raw_files
from palate.errors import PalateError

_CHUNK = 1 << 24


def listed_values(uri: str, column: str, option: str) -> list[str]:
    """The lines of a text file (UTF-8, `.gz` too) that are not empty, or a column of Parquet, in their order.

    `option` names what `uri` came from, for the `PalateError` where nothing can be read.
    """
    files, values = raw_files(uri, option), list[str]()
    for path in files.paths:
        is_parquet = FORMAT_OF.get(format_ending(path)) == "parquet"
        values += _column(files, path, column) if is_parquet else _lines(files, path)
    if not values:
        raise PalateError(f"{uri} names nothing; give {option} a file with a line for each {column}")
    return values


def digest(values: Sequence[str]) -> str:
    """Identity of a list of values, their order included."""
    hashed = hashlib.sha256()
    for value in values:
        hashed.update(len(value).to_bytes(8, "big"))
        hashed.update(value.encode())
    return hashed.hexdigest()


def _column(files: RawFiles, path: str, column: str) -> list[str]:
    names = files.parquet_footer(path).schema.to_arrow_schema().names
    if column not in names:
        raise PalateError(f"{path} has no column {column!r}; its columns are {', '.join(names)}")
    read = pq.read_table(path, filesystem=files.fs, columns=[column])[column]
    return [value for value in read.cast(pa.string()).to_pylist() if value]


def _lines(files: RawFiles, path: str) -> list[str]:
    files.require_text()
    content = b"".join(files.chunks(path, _CHUNK))
    try:
        lines = content.decode("utf-8-sig").split("\n")
    except UnicodeDecodeError as error:
        raise PalateError(f"{path} is not UTF-8 ({error}); write it so, or give a Parquet file") from error
    return [line for line in map(str.strip, lines) if line]
