"""Category filter: takes out by category."""

from __future__ import annotations

import numpy as np

from palate.rank.filters.base import FilterContext, Filtered, ItemMask, Items, RankedItems, drop
from palate.rank.filters.facts import ItemFacts
from palate.rank.rules import Rules

NAME = "categories"


def is_not_allowed(items: Items, rules: Rules, facts: ItemFacts) -> ItemMask:
    """Whether each item's categories do not match `allow`, bool [n]."""
    return np.zeros(len(items), bool) if rules.allow is None else ~facts.matching(rules.allow, items)


def is_denied(items: Items, rules: Rules, facts: ItemFacts) -> ItemMask:
    """Whether each item's categories match `deny`, bool [n]."""
    return np.zeros(len(items), bool) if rules.deny is None else facts.matching(rules.deny, items)


def remove_categories(ranked: RankedItems, context: FilterContext, facts: ItemFacts) -> Filtered:
    """Remove the items that `allow` does not match, and then those that `deny` matches."""
    rules = context.rules
    gone = is_not_allowed(ranked.items, rules, facts)
    kept, removed = drop(ranked, gone, NAME, f"its categories do not match allow: {rules.allow}")
    gone = is_denied(kept.items, rules, facts)
    kept, denied = drop(kept, gone, NAME, f"its categories match deny: {rules.deny}")
    return Filtered(kept, removed + denied)
