"""Deduplication: takes out what a better-ranked item stands for."""

from __future__ import annotations

import numpy as np

from palate.rank.filters.base import FilterContext, Filtered, RankedItems, drop
from palate.rank.filters.facts import ItemFacts

NAME = "duplicates"


def remove_duplicates(ranked: RankedItems, context: FilterContext, facts: ItemFacts) -> Filtered:
    """Of items with the same title, but for case and white space, keep the best ranked."""
    _, first = np.unique(facts.title_codes[ranked.items], return_index=True)
    gone = np.ones(len(ranked.items), bool)
    gone[first] = False
    return drop(ranked, gone, NAME, "an item with the same title ranks higher")
