"""Values as text: one value of a table, nested or not, the same whether Parquet or JSON brought it."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pyarrow as pa

_NAME = "name"


def value_text(value: object) -> str | None:
    """Text of a value; None for null, NaN, infinity and bytes that are no UTF-8.

    A whole number is its digits whatever its type, so that 13 and 13.0 are one id. A list reads `a, b`, one
    of objects that have names as these names, and what is nested otherwise as JSON on one line.
    """
    if isinstance(value, list | tuple):
        return _list_text([part for part in value if part is not None])
    if isinstance(value, dict):
        return _json(value) if value else None
    return scalar_text(value)


def bytes_inside(kind: pa.DataType) -> pa.DataType:
    """The type with bytes in place of strings, which Arrow does not check to be UTF-8 in a Parquet file."""
    if pa.types.is_dictionary(kind):
        return bytes_inside(kind.value_type)
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return pa.large_binary()
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return pa.large_list(bytes_inside(kind.value_type))
    if pa.types.is_struct(kind):
        return pa.struct([(field.name, bytes_inside(field.type)) for field in kind])
    return kind


def holds_bytes(kind: pa.DataType) -> bool:
    """Whether values of the type are bytes, such as those of an image, or have bytes in them."""
    if pa.types.is_dictionary(kind) or pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return holds_bytes(kind.value_type)
    if pa.types.is_struct(kind):
        return any(holds_bytes(field.type) for field in kind)
    return bool(
        pa.types.is_binary(kind)
        or pa.types.is_large_binary(kind)
        or pa.types.is_binary_view(kind)
        or (pa.types.is_fixed_size_binary(kind) and not is_uuid(kind))
    )


def is_uuid(kind: pa.DataType) -> bool:
    """Whether values of the type are UUIDs: by their name, or because they are of just as many bytes."""
    return bool(kind == pa.uuid() or kind == pa.binary(16))


def scalar_text(value: object) -> str | None:
    """A value as a text; None for what is none, such as an infinite number."""
    if value is None:
        return None
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float | Decimal):
        return _number_text(value)
    if isinstance(value, bytes):
        return _utf8(value)
    return str(value)


def _number_text(value: float | Decimal) -> str | None:
    if not math.isfinite(value):
        return None
    return str(int(value)) if value == int(value) else str(value)


def _utf8(value: bytes) -> str | None:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return None


def _list_text(parts: Sequence[object]) -> str:
    if all(isinstance(part, dict) and part.get(_NAME) is not None for part in parts):
        parts = [part[_NAME] for part in parts if isinstance(part, dict)]
    if any(isinstance(part, list | tuple | dict) for part in parts):
        return _json(parts)
    return ", ".join(text for text in map(scalar_text, parts) if text is not None)


def _json(value: object) -> str:
    return json.dumps(_json_value(value), ensure_ascii=False, separators=(",", ":"))


def _json_value(value: Any) -> Any:
    if isinstance(value, dict):
        return {scalar_text(key) or "": _json_value(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_json_value(part) for part in value]
    # JSON has numbers and truth values of its own, but neither NaN nor dates.
    return value if isinstance(value, bool | int) else _finite(value)


def _finite(value: object) -> float | str | None:
    return value if isinstance(value, float) and math.isfinite(value) else scalar_text(value)
