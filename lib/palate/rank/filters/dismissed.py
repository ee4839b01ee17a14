"""Dismissal filter: takes out what the person struck from their profile."""

from __future__ import annotations

from palate.rank.filters.base import FilterContext, Filtered, RankedItems, drop, unchanged
from palate.rank.filters.facts import ItemFacts

NAME = "struck"


def remove_dismissed(ranked: RankedItems, context: FilterContext, facts: ItemFacts) -> Filtered:
    """Remove the items that a struck line of the profile matches."""
    kept, removed = unchanged(ranked)
    for line in context.rules.dismissed:
        gone = facts.matching(line, kept.items)
        kept, dismissed = drop(kept, gone, NAME, f"the person struck this from their profile: {line}")
        removed = removed + dismissed
    return Filtered(kept, removed)
