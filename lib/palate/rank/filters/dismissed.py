"""Dismissal filter: takes out what the person struck from their profile."""

from __future__ import annotations

import numpy as np

from palate.rank.filters.base import FilterContext, Filtered, ItemMask, Items, RankedItems, drop, unchanged
from palate.rank.filters.facts import ItemFacts
from palate.rank.rules import Rules

NAME = "struck"


def is_dismissed(items: Items, rules: Rules, facts: ItemFacts) -> ItemMask:
    """Whether a struck line of the profile matches each item, bool [n]."""
    gone = np.zeros(len(items), bool)
    for line in rules.dismissed:
        gone |= facts.matching(line, items)
    return gone


def remove_dismissed(ranked: RankedItems, context: FilterContext, facts: ItemFacts) -> Filtered:
    """Remove the items that a struck line of the profile matches."""
    kept, removed = unchanged(ranked)
    for line in context.rules.dismissed:
        gone = facts.matching(line, kept.items)
        kept, dismissed = drop(kept, gone, NAME, f"the person struck this from their profile: {line}")
        removed = removed + dismissed
    return Filtered(kept, removed)
