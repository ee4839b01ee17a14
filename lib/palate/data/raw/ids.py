"""Id validation: what an id must be, the check that one is, and ids that two tables write differently."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal

import pyarrow as pa
import pyarrow.compute as pc

from palate.config.data import IdForm
from palate.data.raw.casts import Text, mask_of
from palate.data.raw.reasons import Mask

LONGEST_ID = 256
"""Bytes of UTF-8."""

_CONTROL = r"\p{Cc}"
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,2})?")


def ids_written_as(ids: pa.Array, form: IdForm) -> pa.Array:
    """Ids (string [rows]) in the one way of writing that the setting `ids` names."""
    if form == "text":
        return ids
    # Each id is rewritten once, however many events there are.
    distinct = pc.dictionary_encode(ids)
    written = pa.array([id_written_as(id, form) for id in distinct.dictionary.to_pylist()], pa.string())
    return written.take(distinct.indices)


def id_written_as(id: str, form: IdForm) -> str:
    """`13.0` and `013` as `13` if integers are asked for, `013` as `13` if stripped."""
    if form == "integer":
        return _digits(id)
    if form == "stripped":
        return id.lstrip("0") or "0"
    return unicodedata.normalize("NFC", id) if form == "nfc" else id


def bad_ids(name: str, ids: Text) -> Iterator[tuple[str, Mask]]:
    """Reasons to refuse an id, and where they hold: it is missing, not UTF-8, or as `bad_texts` says."""
    yield f"{name} is not valid UTF-8", ids.undecodable
    yield f"missing {name}", ids.missing
    yield from bad_texts(name, ids.values)


def bad_texts(name: str, values: pa.Array) -> Iterator[tuple[str, Mask]]:
    """The same for a text that may be missing: it is too long, or holds a control character."""
    yield f"{name} is too long", mask_of(pc.greater(pc.binary_length(values), LONGEST_ID))
    yield f"control character in {name}", mask_of(pc.match_substring_regex(values, _CONTROL))


def _digits(id: str) -> str:
    """The digits of a whole number in decimal notation; any other id as it is."""
    if not _NUMBER.fullmatch(id):
        return id
    # An exponent is how floats are written, in as many digits as tell them apart but maybe not in all.
    number = Decimal(float(id) if "e" in id.lower() else id)
    return str(int(number)) if number == number.to_integral_value() else id
