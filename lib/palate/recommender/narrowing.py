"""Narrowing before retrieval: which items the rules of a list take out, whoever would nominate them.

A source that nominates its best among what is left fills the list however rare the wanted items are.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from palate.rank.filters.attributes import breaks_value_rule, is_out_of_range
from palate.rank.filters.available import is_unavailable
from palate.rank.filters.base import ItemMask, Items
from palate.rank.filters.categories import is_denied, is_not_allowed
from palate.rank.filters.dismissed import is_dismissed
from palate.rank.filters.facts import ItemFacts
from palate.rank.filters.freshness import is_old
from palate.rank.rules import Rules

CONDITIONS: Final[tuple[Callable[[Items, Rules, ItemFacts], ItemMask], ...]] = (
    is_unavailable,
    is_not_allowed,
    is_denied,
    is_dismissed,
    is_old,
    is_out_of_range,
    breaks_value_rule,
)


def unwanted_items(rules: Rules, facts: ItemFacts) -> ItemMask:
    """Whether the rules or the catalogue keep each item out of the list, bool [items of the facts]."""
    items = np.arange(len(facts.titles), dtype=np.int32)
    gone = np.zeros(len(items), bool)
    for condition in CONDITIONS:
        gone |= condition(items, rules, facts)
    return gone
