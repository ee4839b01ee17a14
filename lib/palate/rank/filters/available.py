"""Availability filter: takes out what cannot be had."""

from __future__ import annotations

from palate.rank.filters.base import FilterContext, Filtered, ItemMask, Items, RankedItems, drop
from palate.rank.filters.facts import ItemFacts
from palate.rank.rules import Rules

NAME = "available"


def is_unavailable(items: Items, rules: Rules, facts: ItemFacts) -> ItemMask:
    """Whether the catalogue marks each item as one that cannot be had, bool [n]."""
    return ~facts.available[items]


def remove_unavailable(ranked: RankedItems, context: FilterContext, facts: ItemFacts) -> Filtered:
    """Remove the items that the catalogue marks as not available."""
    gone = is_unavailable(ranked.items, context.rules, facts)
    return drop(ranked, gone, NAME, "the catalogue marks it as unavailable")
