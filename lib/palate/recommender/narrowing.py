"""Narrowing before retrieval: which items the rules of a list take out or lift, whoever would nominate them.

A source that nominates its best among what is left, or of what is lifted, fills the list however rare the
wanted items are.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from palate.rank.filters.attributes import breaks_value_rule, is_out_of_range
from palate.rank.filters.base import ItemMask, Items
from palate.rank.filters.categories import is_denied, is_not_allowed
from palate.rank.filters.dismissed import is_dismissed
from palate.rank.filters.facts import ItemFacts
from palate.rank.filters.freshness import is_old
from palate.rank.rules import Boost, Rules

CONDITIONS: Final[dict[str, Callable[[Items, Rules, ItemFacts], ItemMask]]] = {
    "allow": is_not_allowed,
    "deny": is_denied,
    "dismissed": is_dismissed,
    "not_before": is_old,
    "ranges": is_out_of_range,
    "values": breaks_value_rule,
}
"""By the rule that asks for it, which items it takes out."""


def unwanted_items(rules: Rules, facts: ItemFacts) -> ItemMask:
    """Whether the rules or the catalogue keep each item out of the list, bool [items of the facts].

    Most lists have no such rule: then it is what the facts hold, and not to be written to.
    """
    asked = [condition for name, condition in CONDITIONS.items() if rules.is_set(name)]
    if not asked:
        return facts.unavailable
    items = np.arange(len(facts.titles), dtype=np.int32)
    gone = facts.unavailable.copy()
    for condition in asked:
        gone |= condition(items, rules, facts)
    return gone


def lifted_items(rules: Rules, facts: ItemFacts) -> ItemMask:
    """Whether a boost of the rules moves each item up, bool [items of the facts]."""
    items = np.arange(len(facts.titles), dtype=np.int32)
    lifted = np.zeros(len(items), bool)
    for boost in lifts(rules):
        lifted |= facts.matching(boost.match, items)
    return lifted


def lifts(rules: Rules) -> list[Boost]:
    """The boosts that move items up."""
    return [boost for boost in rules.boosts if boost.lifts]
