"""Attribution: the influence of parts on items, by the method that a configuration names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from palate.config.explain import InfluenceMethod
from palate.explain.evidence.influence import Items, Score, Scores, leave_one_out, shapley
from palate.explain.evidence.lime import SAMPLES, lime
from palate.stated.parts import Part

PERMUTATIONS = 64


class Attribution(NamedTuple):
    """What parts do for items."""

    influence: Scores
    """Float32 [parts, items], positive where a part speaks for an item."""
    fidelity: NDArray[np.float32] | None = None
    """How well a linear model tells the scores, R2, float32 [items]; None of a method that fits none."""


def attribution(
    method: InfluenceMethod,
    parts: Sequence[Part],
    items: Items,
    score: Score,
    *,
    permutations: int = PERMUTATIONS,
    samples: int = SAMPLES,
) -> Attribution:
    """What each of the `parts` does for each of the `items`; sampling methods always draw the same."""
    if method == "lime":
        return Attribution(*lime(parts, items, score, samples))
    if method == "shapley":
        return Attribution(shapley(parts, items, score, permutations))
    return Attribution(leave_one_out(parts, items, score))
