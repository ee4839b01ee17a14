"""Type casting: columns of any Arrow type to text, numbers and times; rows that cannot be cast are marked."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from palate.data.raw.reasons import Mask, combined

TimeUnit = Literal["s", "ms", "iso"]

_NUMBER = r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,5})?$"
_NOT_FINITE = r"(?i)^[+-]?(inf|infinity|nan)$"
_LARGEST_WHOLE = 2.0**62
"""Fits an int64 with room to add."""


class Text(NamedTuple):
    """Strings without surrounding white space; null where missing or blank."""

    values: pa.Array
    undecodable: Mask
    """Rows that are no UTF-8; their value is null."""

    @property
    def missing(self) -> Mask:
        """Rows with no text in them."""
        return mask_of(pc.is_null(self.values))


class Numbers(NamedTuple):
    """float64 [rows], NaN where there is none."""

    values: NDArray[np.float64]
    missing: Mask
    unreadable: Mask


def text(column: pa.ChunkedArray) -> Text:
    """Cast to strings; a float column's NaN is missing, since that is how tables of numbers say so."""
    array = _plain(combined(column))
    if pa.types.is_floating(array.type):
        array = pc.if_else(pc.is_finite(array), array, pa.scalar(None, array.type))
    if pa.types.is_nested(array.type):
        array = pa.array([_joined(value) for value in array.to_pylist()], pa.string())
    # White space alone says nothing either.
    array, undecodable = _decoded(array)
    trimmed = pc.utf8_trim_whitespace(array)
    return Text(pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, pa.string()), trimmed), undecodable)


def numbers(column: pa.ChunkedArray) -> Numbers:
    """Cast to float64; text counts as a number in decimal notation only, or as inf or nan."""
    array = _plain(combined(column))
    if (
        pa.types.is_string(array.type)
        or pa.types.is_large_string(array.type)
        or pa.types.is_binary(array.type)
    ):
        return _parsed(text(column))
    missing = mask_of(pc.is_null(array))
    # A large whole number is rounded; a type that has no numbers, such as a list, has none in any row.
    try:
        values = _floats(pc.cast(array, pa.float64(), safe=False))
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return Numbers(np.full(len(array), np.nan), missing, ~missing)
    return Numbers(values, missing, np.zeros(len(array), bool))


def seconds(column: pa.ChunkedArray, unit: TimeUnit) -> Numbers:
    """Cast to whole seconds since 1970 UTC; an Arrow timestamp or date carries its own unit."""
    array = _plain(combined(column))
    if pa.types.is_temporal(array.type):
        times = pc.cast(pc.cast(array, pa.timestamp("s"), safe=False), pa.int64())
        return Numbers(
            _floats(pc.cast(times, pa.float64())), mask_of(pc.is_null(array)), np.zeros(len(array), bool)
        )
    if unit == "iso":
        return _dates(text(column))
    given = numbers(column)
    scaled = np.floor(given.values / (1000.0 if unit == "ms" else 1.0))
    # Text may say NaN, which is a number and no time.
    nothing = np.isnan(scaled) & ~given.missing & ~given.unreadable
    return Numbers(scaled, given.missing, given.unreadable | nothing)


def whole(values: NDArray[np.float64]) -> NDArray[np.int64]:
    """float64 to int64; NaN becomes 0, and what does not fit the nearest that does."""
    finite = np.nan_to_num(values, nan=0.0, posinf=_LARGEST_WHOLE, neginf=-_LARGEST_WHOLE)
    return finite.clip(-_LARGEST_WHOLE, _LARGEST_WHOLE).astype(np.int64)


def mask_of(array: pa.Array) -> Mask:
    """A boolean Arrow array as NumPy; null is false."""
    mask: Mask = pc.fill_null(array, False).to_numpy(zero_copy_only=False)
    return mask


def _plain(array: pa.Array) -> pa.Array:
    return array.cast(array.type.value_type) if pa.types.is_dictionary(array.type) else array


def _decoded(array: pa.Array) -> tuple[pa.Array, Mask]:
    """As strings, null where the bytes are no UTF-8 (Arrow does not check those of a Parquet file)."""
    good = np.zeros(len(array), bool)
    try:
        strings = pc.cast(array, pa.string())
        strings.validate(full=True)
        return strings, good
    except pa.ArrowInvalid:
        values = [_utf8(value) for value in pc.cast(array, pa.large_binary()).to_pylist()]
        strings = pa.array(values, pa.string())
        return strings, mask_of(pc.and_(pc.is_null(strings), pc.is_valid(array)))


def _utf8(value: bytes | None) -> str | None:
    try:
        return None if value is None else value.decode()
    except UnicodeDecodeError:
        return None


def _joined(value: object) -> str | None:
    if isinstance(value, list):
        return ", ".join(str(part) for part in value if part is not None)
    return None if value is None else str(value)


def _parsed(column: Text) -> Numbers:
    values = column.values
    readable = pc.or_(
        pc.match_substring_regex(values, _NUMBER), pc.match_substring_regex(values, _NOT_FINITE)
    )
    # Arrow's cast would raise for the whole column at the first text that is no number.
    numerals = pc.if_else(readable, values, pa.scalar(None, pa.string()))
    unreadable = column.undecodable | (~mask_of(readable) & ~column.missing)
    return Numbers(_floats(pc.cast(numerals, pa.float64())), column.missing & ~column.undecodable, unreadable)


def _dates(column: Text) -> Numbers:
    values = np.array([_timestamp(value) for value in column.values.to_pylist()], np.float64)
    missing = column.missing & ~column.undecodable
    return Numbers(np.floor(values), missing, np.isnan(values) & ~missing)


def _timestamp(value: str | None) -> float:
    try:
        date = datetime.fromisoformat(value or "")
        return (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return float("nan")


def _floats(array: pa.Array) -> NDArray[np.float64]:
    values: NDArray[np.float64] = array.to_numpy(zero_copy_only=False).astype(np.float64)
    return values
