"""Boosts: lifts and lowers by category, and least shares of the list."""

from __future__ import annotations

from math import ceil

import numpy as np
from numpy.typing import NDArray

from palate.rank.filters.base import FilterContext, Filtered, ItemMask, RankedItems, multiplied, unchanged
from palate.rank.filters.facts import ItemFacts

NAME = "boosts"
ABOVE = 1 + 1e-4
"""More than the score that is to be passed."""


def boost_categories(ranked: RankedItems, context: FilterContext, facts: ItemFacts) -> Filtered:
    """Multiply the score of each item by the factors of all boosts that it matches, and sort again.

    A boost with a share multiplies by more where its items would have less of the list than that.
    """
    boosts = context.rules.boosts
    if not boosts:
        return unchanged(ranked)
    factors = np.ones(len(ranked.items))
    matching = [facts.matching(boost.match, ranked.items) for boost in boosts]
    for boost, rows in zip(boosts, matching, strict=True):
        factors[rows] *= boost.factor
    for boost, rows in zip(boosts, matching, strict=True):
        places = min(ceil(boost.share * context.k), int(rows.sum()))
        if places:
            factors[rows] *= _raise(ranked.scores * factors, rows, places, context.k)
    return multiplied(ranked, factors)


def _raise(scores: NDArray[np.float64], matching: ItemMask, places: int, k: int) -> float:
    """The least factor, at least 1, by which so many of the items that match come among the first k."""
    last = float(np.sort(scores[matching])[-places])
    others = np.sort(scores[~matching])[::-1]
    passed = float(others[k - places]) if len(others) > k - places else 0.0
    return max(1.0, ABOVE * passed / last)
