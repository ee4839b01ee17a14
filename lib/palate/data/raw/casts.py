"""Type casting: columns of any Arrow type to text, numbers and times; rows that cannot be cast are marked."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from palate.data.raw.reasons import Mask, combined
from palate.data.raw.values import bytes_inside, is_uuid, value_text

_NUMBER = r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,5})?$"
_NOT_FINITE = r"(?i)^[+-]?(inf|infinity|nan)$"
_LARGEST_WHOLE = 2.0**62
"""Fits an int64 with room to add."""
_LONGEST_DIGITS = 2.0**63
"""Whole floats from here on do not fit an int64."""


class Text(NamedTuple):
    """Strings without surrounding white space; null where missing or blank."""

    values: pa.Array
    undecodable: Mask
    """Rows that are no UTF-8; their value is null."""

    @property
    def missing(self) -> Mask:
        """Rows with no text in them."""
        return mask_of(pc.is_null(self.values))


class CodedText(NamedTuple):
    """The texts of a column, each of its values once."""

    text: Text
    """Of each value, [values]; two values may have one text."""
    codes: NDArray[np.int32]
    """The value of each row by its number, [rows]."""

    def column(self, values: pa.Array) -> pa.DictionaryArray:
        """The rows of which `values` has one text or null for each value of the column; each text once."""
        encoded = pc.dictionary_encode(values)
        return pa.DictionaryArray.from_arrays(encoded.indices.take(pa.array(self.codes)), encoded.dictionary)


class Numbers(NamedTuple):
    """float64 [rows], NaN where there is none."""

    values: NDArray[np.float64]
    missing: Mask
    unreadable: Mask


def text(column: pa.ChunkedArray) -> Text:
    """Cast to strings, without a float's exponent in a whole number: ids keep their digits.

    A float column's NaN is missing, since that is how tables of numbers say so; what is nested is read as
    `value_text` says.
    """
    return _texts(plain(combined(column)))


def coded_text(column: pa.ChunkedArray) -> CodedText:
    """The same by dictionary encoding: what the column says is cast once, however many rows say it."""
    array = _unwrapped(combined(column))
    if pa.types.is_nested(array.type):
        array = _texts(array).values
    encoded = pc.dictionary_encode(array)
    # Null is a value like the others, at the end, so that each row has a code.
    values = plain(encoded.dictionary)
    codes = pc.fill_null(pc.cast(encoded.indices, pa.int32()), len(values))
    return CodedText(_texts(pa.concat_arrays([values, pa.nulls(1, values.type)])), codes.to_numpy())


def _texts(array: pa.Array) -> Text:
    if is_uuid(array.type):
        array = pa.array(
            [None if id is None else str(UUID(bytes=id)) for id in array.to_pylist()], pa.string()
        )
    elif pa.types.is_floating(array.type):
        array = _float_texts(array)
    elif pa.types.is_nested(array.type) or pa.types.is_decimal(array.type):
        values = pc.cast(array, bytes_inside(array.type)).to_pylist(maps_as_pydicts="lossy")
        array = pa.array([value_text(value) for value in values], pa.string())
    # White space alone says nothing either.
    array, undecodable = decoded(array)
    trimmed = pc.utf8_trim_whitespace(array)
    return Text(pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, pa.string()), trimmed), undecodable)


def numbers(column: pa.ChunkedArray) -> Numbers:
    """Cast to float64; text counts as a number in decimal notation only, or as inf or nan."""
    array = plain(combined(column))
    if is_text(array.type):
        return _parsed(text(column))
    missing = mask_of(pc.is_null(array))
    # A large whole number is rounded; a type that has no numbers, such as a list, has none in any row.
    try:
        values = floats(pc.cast(array, pa.float64(), safe=False))
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return Numbers(np.full(len(array), np.nan), missing, ~missing)
    return Numbers(values, missing, np.zeros(len(array), bool))


def whole(values: NDArray[np.float64]) -> NDArray[np.int64]:
    """float64 to int64; NaN becomes 0, and what does not fit the nearest that does."""
    finite = np.nan_to_num(values, nan=0.0, posinf=_LARGEST_WHOLE, neginf=-_LARGEST_WHOLE)
    return finite.clip(-_LARGEST_WHOLE, _LARGEST_WHOLE).astype(np.int64)


def mask_of(array: pa.Array) -> Mask:
    """A boolean Arrow array as NumPy; null is false."""
    mask: Mask = pc.fill_null(array, False).to_numpy(zero_copy_only=False)
    return mask


def plain(array: pa.Array) -> pa.Array:
    """The array without an encoding: a dictionary's or run's values, an extension's storage."""
    array = _unwrapped(array)
    return plain(array.cast(array.type.value_type)) if pa.types.is_dictionary(array.type) else array


def _unwrapped(array: pa.Array) -> pa.Array:
    """The array without an encoding other than that of a dictionary."""
    if isinstance(array, pa.ExtensionArray):
        return _unwrapped(array.storage)
    if pa.types.is_run_end_encoded(array.type):
        return _unwrapped(pc.run_end_decode(array))
    if pa.types.is_string_view(array.type) or pa.types.is_binary_view(array.type):
        return array.cast(pa.large_string() if pa.types.is_string_view(array.type) else pa.large_binary())
    return array


def is_text(kind: pa.DataType) -> bool:
    """Whether a plain array of the type holds text, or bytes that may be text."""
    return bool(
        pa.types.is_string(kind)
        or pa.types.is_large_string(kind)
        or pa.types.is_binary(kind)
        or pa.types.is_large_binary(kind)
    )


def decoded(array: pa.Array) -> tuple[pa.Array, Mask]:
    """Strings or bytes as strings, null where they are no UTF-8 (Arrow does not check a Parquet file's), and
    where that is, bool [rows].
    """
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


def _float_texts(array: pa.Array) -> pa.Array:
    """Floats as text, whole ones as their digits; null where the value is not finite."""
    if pa.types.is_float16(array.type):
        array = array.cast(pa.float32())
    array = pc.if_else(pc.is_finite(array), array, pa.scalar(None, array.type))
    whole = pc.equal(pc.floor(array), array)
    digits = pc.if_else(
        pc.and_(whole, pc.less(pc.abs(array), _LONGEST_DIGITS)), array, pa.scalar(None, array.type)
    )
    texts = pc.coalesce(pc.cast(pc.cast(digits, pa.int64()), pa.string()), pc.cast(array, pa.string()))
    if not pc.any(pc.greater_equal(pc.abs(array), _LONGEST_DIGITS)).as_py():
        return texts
    return pa.array([value_text(value) for value in array.to_pylist()], pa.string())


def _parsed(column: Text) -> Numbers:
    values = column.values
    readable = pc.or_(
        pc.match_substring_regex(values, _NUMBER), pc.match_substring_regex(values, _NOT_FINITE)
    )
    # Arrow's cast would raise for the whole column at the first text that is no number.
    numerals = pc.if_else(readable, values, pa.scalar(None, pa.string()))
    unreadable = column.undecodable | (~mask_of(readable) & ~column.missing)
    return Numbers(floats(pc.cast(numerals, pa.float64())), column.missing & ~column.undecodable, unreadable)


def floats(array: pa.Array) -> NDArray[np.float64]:
    """A numeric Arrow array as float64; null becomes NaN."""
    values: NDArray[np.float64] = array.to_numpy(zero_copy_only=False).astype(np.float64)
    return values
