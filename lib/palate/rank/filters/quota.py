"""Category quota: how many of each category a list may still take."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from palate.rank.filters.base import Removed
from palate.rank.filters.facts import ItemFacts

NAME = "caps"


class Quota:
    """Counts the categories of the items that it lets in; an item of several categories counts in each."""

    def __init__(self, limit: int | None, facts: ItemFacts) -> None:
        """Let in `limit` items of a category, or all items where there is no limit."""
        self._limit = limit
        self._categories = facts.categories
        self._counts: Counter[str] = Counter()
        self._full: set[str] = set()

    def take(self, item: int) -> bool:
        """Let the item in unless one of its categories is full."""
        if self._limit is None:
            return True
        categories = self._categories[item]
        if not self._full.isdisjoint(categories):
            return False
        self._counts.update(categories)
        self._full.update(name for name in categories if self._counts[name] >= self._limit)
        return True

    def refusal(self, item: int) -> Removed:
        """Why the item was not let in."""
        full = min(self._full & self._categories[item])
        return Removed(item, NAME, f"the list has {self._limit} of {full} already, which is the most")


class Filled(NamedTuple):
    """What became of the rows that were looked at."""

    taken: list[int]
    refused: list[int]
    removed: list[Removed]
    """A word on each refused one."""


def fill(items: NDArray[np.int32], rows: Iterable[int], count: int, quota: Quota) -> Filled:
    """Take rows of `items` in the order of `rows` until `count` are taken; the rest is not looked at.

    A category that is full stays full, so a refused row could not be taken later either.
    """
    filled = Filled([], [], [])
    for row in rows:
        if len(filled.taken) == count:
            break
        item = int(items[row])
        if quota.take(item):
            filled.taken.append(row)
        else:
            filled.refused.append(row)
            filled.removed.append(quota.refusal(item))
    return filled
