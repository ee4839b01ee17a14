"""Negative feedback: which events speak against their item, by kind and value."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from palate.config.data import NegativeRule


def is_negative(
    kinds: pa.Array | pa.ChunkedArray, values: NDArray[np.floating], rules: Sequence[NegativeRule]
) -> NDArray[np.bool_]:
    """Whether each event speaks against its item, bool [events]; one rule that says so is enough.

    `kinds` are strings, or a dictionary of strings.
    """
    negative = np.zeros(len(kinds), np.bool_)
    for rule in rules:
        low = True if rule.max_value is None else values <= rule.max_value
        negative |= _is_in(kinds, rule.kinds) & low
    return negative


def _is_in(kinds: pa.Array | pa.ChunkedArray, wanted: Sequence[str]) -> NDArray[np.bool_]:
    if pa.types.is_dictionary(kinds.type):
        found: NDArray[np.bool_] = _is_in(kinds.dictionary, wanted)[kinds.indices.to_numpy()]
    else:
        found = pc.is_in(kinds, pa.array(wanted, kinds.type)).to_numpy(zero_copy_only=False)
    return found
