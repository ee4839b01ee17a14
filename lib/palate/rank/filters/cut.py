"""Cuts the list to its length."""

from __future__ import annotations

from palate.rank.filters.base import FilterContext, Filtered, RankedItems
from palate.rank.filters.facts import ItemFacts

NAME = "cut"


def cut(ranked: RankedItems, wanted: FilterContext, facts: ItemFacts) -> Filtered:
    """Keep the first k; the others were not removed, there was no place for them."""
    return Filtered(RankedItems(ranked.items[: wanted.k], ranked.scores[: wanted.k]), [])
