"""Exploration: gives items from further down a chance."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from palate.rank.filters.base import FilterContext, Filtered, RankedItems, at, unchanged
from palate.rank.filters.facts import ItemFacts
from palate.rank.filters.quota import Quota, fill

NAME = "exploration"


def explore(ranked: RankedItems, context: FilterContext, facts: ItemFacts) -> Filtered:
    """Draw the last round(explore * k) places, without replacement, from all that is below the others.

    The probability of a draw is proportional to the score. The drawn keep their order among
    themselves, and what is not drawn follows. What `per_category` does not let in is removed.
    """
    head, count = context.head, len(ranked.items)
    if head == context.k or head >= count:
        return unchanged(ranked)
    quota = Quota(context.rules.per_category, facts)
    for item in ranked.items[:head].tolist():
        quota.take(item)
    # Rows below the head in the order of the draws; those that the caps let in, by falling score.
    order = head + _draws(ranked.scores[head:], context.rules.seed)
    drawn = fill(ranked.items, order.tolist(), context.k - head, quota)
    rest = np.delete(np.arange(count), [*range(head), *drawn.taken, *drawn.refused])
    rows = np.concatenate([np.arange(head), np.sort(np.array(drawn.taken, np.int64)), rest])
    propensities = np.ones(count, np.float32)
    propensities[order] = _propensities(ranked.scores[order])
    return Filtered(at(ranked._replace(propensities=propensities), rows), drawn.removed)


def _propensities(weights: NDArray[np.float32]) -> NDArray[np.float64]:
    """Probability of each draw given those before it; weights in the order of the draws, [n].

    It is over seeds: a caller who wants to learn from it sends another seed each time.
    """
    left = np.cumsum(weights[::-1], dtype=np.float64)[::-1]
    return np.divide(weights, left, out=np.zeros(len(weights)), where=left > 0)


def _draws(weights: NDArray[np.float32], seed: int) -> NDArray[np.int64]:
    """All rows in the order in which draws without replacement bring them, int64 [n].

    Exponential variables of rates w_i arrive in this order: the first is i with probability w_i / sum of w,
    and so on with what is left (Efraimidis & Spirakis, "Weighted random sampling with a reservoir", 2006).
    A row of weight 0 comes after all others.
    """
    arrivals = np.random.default_rng(seed).standard_exponential(len(weights))
    with np.errstate(divide="ignore"):
        return np.argsort(arrivals / weights, kind="stable")
