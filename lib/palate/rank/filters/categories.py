"""Category filter: takes out by category."""

from __future__ import annotations

from palate.rank.filters.base import FilterContext, Filtered, RankedItems, drop, unchanged
from palate.rank.filters.facts import ItemFacts

NAME = "categories"


def remove_categories(ranked: RankedItems, context: FilterContext, facts: ItemFacts) -> Filtered:
    """Remove the items that `allow` does not match, and then those that `deny` matches."""
    allow, deny = context.rules.allow, context.rules.deny
    kept, removed = unchanged(ranked)
    if allow is not None:
        gone = ~facts.matching(allow, kept.items)
        kept, removed = drop(kept, gone, NAME, f"its categories do not match allow: {allow}")
    if deny is not None:
        gone = facts.matching(deny, kept.items)
        kept, denied = drop(kept, gone, NAME, f"its categories match deny: {deny}")
        removed = removed + denied
    return Filtered(kept, removed)
