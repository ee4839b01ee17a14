"""Takes out what the person struck from their profile."""

from __future__ import annotations

from palate.rank.filters.base import Filtered, Ranked, Wanted, unchanged, without
from palate.rank.filters.facts import ItemFacts

NAME = "struck"


def remove_struck(ranked: Ranked, wanted: Wanted, facts: ItemFacts) -> Filtered:
    """Remove the items that a struck line of the profile matches."""
    kept, removed = unchanged(ranked)
    for line in wanted.rules.struck:
        gone = facts.matching(line, kept.items)
        kept, struck = without(kept, gone, NAME, f"the person struck this from their profile: {line}")
        removed = removed + struck
    return Filtered(kept, removed)
