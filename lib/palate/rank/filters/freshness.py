"""Freshness: takes out what is too old, and lifts what is new."""

from __future__ import annotations

import numpy as np

from palate.rank.filters.base import (
    FilterContext,
    Filtered,
    ItemMask,
    Items,
    RankedItems,
    drop,
    multiplied,
    unchanged,
)
from palate.rank.filters.facts import ItemFacts
from palate.rank.rules import Rules

NAME = "freshness"


def is_old(items: Items, rules: Rules, facts: ItemFacts) -> ItemMask:
    """Whether each item's date is before `not_before`, bool [n]; an unknown date is not."""
    if rules.not_before is None:
        return np.zeros(len(items), bool)
    # Rounded to float32 as the dates were, so that a date is not before itself.
    with np.errstate(over="ignore"):
        old: ItemMask = facts.dates[items] < np.float32(rules.not_before)
    return old


def remove_old(ranked: RankedItems, context: FilterContext, facts: ItemFacts) -> Filtered:
    """Remove the items whose date is before `not_before`; one of unknown date stays."""
    limit = context.rules.not_before
    if limit is None:
        return unchanged(ranked)
    return drop(ranked, is_old(ranked.items, context.rules, facts), NAME, f"its date is before {limit:.10g}")


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
