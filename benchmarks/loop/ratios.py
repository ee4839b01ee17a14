"""Ratios of sums over the same people or cases, and how exact they are."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

RESAMPLES = 2000
SIGNIFICANT = 4


def ratio_of_sums(over: ArrayLike, under: ArrayLike) -> dict[str, Any]:
    """The sum of `over` divided by that of `under`, each [cases], with a 95 % interval by resampled cases.

    Without anything in `under` there is no ratio, and every value is None.
    """
    pairs = np.column_stack([np.asarray(over, float), np.asarray(under, float)])
    if not pairs[:, 1].sum():
        return {"value": None, "low": None, "high": None}
    # How often each case occurs in each resample, [resamples, cases], and both sums of it.
    counts = np.random.default_rng(0).multinomial(len(pairs), np.full(len(pairs), 1 / len(pairs)), RESAMPLES)
    above, below = (counts @ pairs).T
    low, high = np.percentile(above[below > 0] / below[below > 0], [2.5, 97.5]).tolist()
    value = float(pairs[:, 0].sum() / pairs[:, 1].sum())
    return {
        name: round(number, SIGNIFICANT) for name, number in (("value", value), ("low", low), ("high", high))
    }
