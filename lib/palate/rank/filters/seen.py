"""Seen filter: takes out what the history holds."""

from __future__ import annotations

import numpy as np

from palate.rank.filters.base import FilterContext, Filtered, RankedItems, drop, unchanged
from palate.rank.filters.facts import ItemFacts

NAME = "seen"


def remove_seen(ranked: RankedItems, context: FilterContext, facts: ItemFacts) -> Filtered:
    """Remove the items of the history."""
    if not len(context.seen):
        return unchanged(ranked)
    return drop(ranked, np.isin(ranked.items, context.seen), NAME, "the history has it")
