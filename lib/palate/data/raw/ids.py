"""Id validation: what an id must be, and the check that one is."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from palate.data.raw.casts import Text, mask_of
from palate.data.raw.reasons import Reasons

LONGEST_ID = 256
"""Bytes of UTF-8."""

_CONTROL = r"\p{Cc}"


def mark_bad_ids(reasons: Reasons, name: str, ids: Text) -> None:
    """Refuse the rows whose `name` is missing, not UTF-8, too long, or holds a control character."""
    reasons.mark(f"{name} is not valid UTF-8", ids.undecodable)
    reasons.mark(f"missing {name}", ids.missing)
    mark_bad_text(reasons, name, ids.values)


def mark_bad_text(reasons: Reasons, name: str, values: pa.Array) -> None:
    """Refuse the rows whose `name` is too long or holds a control character."""
    reasons.mark(f"{name} is too long", mask_of(pc.greater(pc.binary_length(values), LONGEST_ID)))
    reasons.mark(f"control character in {name}", mask_of(pc.match_substring_regex(values, _CONTROL)))
