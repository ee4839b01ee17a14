"""Boosts: lifts and lowers by category."""

from __future__ import annotations

import numpy as np

from palate.rank.filters.base import FilterContext, Filtered, RankedItems, multiplied, unchanged
from palate.rank.filters.facts import ItemFacts

NAME = "boosts"


def boost_categories(ranked: RankedItems, context: FilterContext, facts: ItemFacts) -> Filtered:
    """Multiply the score of each item by the factors of all boosts that it matches, and sort again."""
    if not context.rules.boosts:
        return unchanged(ranked)
    factors = np.ones(len(ranked.items))
    for boost in context.rules.boosts:
        factors[facts.matching(boost.match, ranked.items)] *= boost.factor
    return multiplied(ranked, factors)
