"""Serialisation of refused rows: text that a person and a program can read, whatever is in it."""

from __future__ import annotations

import json
import math
from typing import Any

import pyarrow as pa


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
        kind = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
        if pa.types.is_string(kind) or pa.types.is_large_string(kind):
            column = table[field.name].cast(kind).cast(pa.large_binary())
            table = table.set_column(index, field.name, column)
    return table


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return line_text(value)
    if isinstance(value, float):
        # JSON has no sign for infinity or NaN.
        return value if math.isfinite(value) else str(value)
    return value if isinstance(value, int | str) else str(value)
