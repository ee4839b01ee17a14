"""Serialisation of refused rows: text that a person and a program can read, whatever is in it."""

from __future__ import annotations

import json
import math
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from palate.data.raw.values import bytes_inside, value_text


def row_texts(table: pa.Table) -> list[str]:
    """Each row as a JSON object; bytes that are no UTF-8 are escaped, missing fields left out."""
    return [_row_text(row) for row in _raw(table).to_pylist()]


def line_text(line: bytes) -> str:
    """A line as text; bytes that are no UTF-8 become a backslash, an x and two digits."""
    return line.decode("utf-8", errors="backslashreplace")


def _row_text(row: dict[str, Any]) -> str:
    fields = {name: _plain(value) for name, value in row.items() if value is not None}
    return json.dumps(fields, ensure_ascii=False)


def _raw(table: pa.Table) -> pa.Table:
    """Strings as bytes: the ones in a Parquet file were never checked to be UTF-8."""
    for index, field in enumerate(table.schema):
        kind = bytes_inside(field.type)
        if kind != field.type:
            table = table.set_column(index, field.name, pc.cast(table[field.name], kind))
    return table


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return line_text(value)
    if isinstance(value, float):
        # JSON has no sign for infinity or NaN.
        return value if math.isfinite(value) else str(value)
    if isinstance(value, list | dict):
        return value_text(value)
    return value if isinstance(value, int | str) else str(value)
