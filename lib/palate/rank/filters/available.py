"""Availability filter: takes out what cannot be had."""

from __future__ import annotations

from palate.rank.filters.base import FilterContext, Filtered, RankedItems, drop
from palate.rank.filters.facts import ItemFacts

NAME = "available"


def remove_unavailable(ranked: RankedItems, context: FilterContext, facts: ItemFacts) -> Filtered:
    """Remove the items that the catalogue marks as not available."""
    return drop(ranked, ~facts.available[ranked.items], NAME, "the catalogue marks it as unavailable")
