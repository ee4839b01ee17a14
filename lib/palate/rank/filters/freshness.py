"""Freshness: takes out what is too old, and lifts what is new."""

from __future__ import annotations

import numpy as np

from palate.rank.filters.base import FilterContext, Filtered, RankedItems, drop, multiplied, unchanged
from palate.rank.filters.facts import ItemFacts

NAME = "freshness"


def remove_old(ranked: RankedItems, context: FilterContext, facts: ItemFacts) -> Filtered:
    """Remove the items whose date is before `not_before`; one of unknown date stays."""
    limit = context.rules.not_before
    if limit is None:
        return unchanged(ranked)
    # Rounded to float32 as the dates were, so that a date is not before itself.
    with np.errstate(over="ignore"):
        old = facts.dates[ranked.items] < np.float32(limit)
    return drop(ranked, old, NAME, f"its date is before {limit:.10g}")


def boost_fresh(ranked: RankedItems, context: FilterContext, facts: ItemFacts) -> Filtered:
    """Multiply each score by 1 + freshness * 0.5 ** (age / half_life) and sort again.

    The age is the distance to the newest date of the catalogue. An unknown date leaves the score as it is.
    """
    rules = context.rules
    if rules.freshness == 0:
        return unchanged(ranked)
    ages = facts.newest - facts.dates[ranked.items].astype(np.float64)
    with np.errstate(over="ignore"):
        halved = np.nan_to_num(0.5 ** (ages / rules.half_life))
    return multiplied(ranked, 1 + rules.freshness * halved)
