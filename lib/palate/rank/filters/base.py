"""Filter: what every filter takes and answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from palate.rank.filters.facts import ItemFacts
from palate.rank.rules import Rules

__all__ = [
    "Filter",
    "FilterContext",
    "Filtered",
    "ItemFacts",
    "ItemMask",
    "Items",
    "RankedItems",
    "Removed",
    "at",
    "drop",
    "multiplied",
    "unchanged",
]


Items = NDArray[np.int32]
"""Catalogue indices, [n]."""
ItemMask = NDArray[np.bool_]
"""Which of some items, [n]."""


class RankedItems(NamedTuple):
    """Items in the order in which they are listed."""

    items: NDArray[np.int32]
    """Catalogue indices, shape [n], no duplicates."""
    scores: NDArray[np.float32]
    """Positive, shape [n]; falling, of equals the lower item first, until diversity orders the list."""
    propensities: NDArray[np.float32] | None = None
    """Probability of each item's draw, [n], 1 for what was not drawn; None unless exploration drew."""


class Removed(NamedTuple):
    """An item that a filter took out, and why."""

    item: int
    filter: str
    reason: str


class Filtered(NamedTuple):
    """What a filter leaves, and what it took out."""

    kept: RankedItems
    removed: list[Removed]


class FilterContext(NamedTuple):
    """What is asked for."""

    seen: NDArray[np.int32]
    """Items of the history."""
    exclude: NDArray[np.int32]
    """Items that the request does not want."""
    k: int
    """Places of the list, at least 1."""
    rules: Rules

    @property
    def head(self) -> int:
        """Places that are filled from the top; exploration fills the others."""
        return self.k - round(self.rules.explore * self.k)


LIMITS = np.finfo(np.float32)

Filter = Callable[[RankedItems, FilterContext, ItemFacts], Filtered]


def unchanged(ranked: RankedItems) -> Filtered:
    """The answer of a filter that has nothing to do."""
    return Filtered(ranked, [])


def drop(ranked: RankedItems, gone: NDArray[np.bool_], name: str, reason: str) -> Filtered:
    """Take out the rows that `gone`, bool [n], marks, all by the filter `name` for one reason."""
    if not gone.any():
        return unchanged(ranked)
    removed = [Removed(item, name, reason) for item in ranked.items[gone].tolist()]
    return Filtered(at(ranked, np.flatnonzero(~gone)), removed)


def multiplied(ranked: RankedItems, factors: NDArray[np.float64]) -> Filtered:
    """Multiply each score by its factor, [n], and sort by the product, of equals the lower item first.

    Products beyond the range of float32 are brought to its ends, so that they stay positive and finite.
    """
    scores = np.clip(ranked.scores * factors, LIMITS.tiny, LIMITS.max).astype(np.float32)
    return Filtered(at(RankedItems(ranked.items, scores), np.lexsort((ranked.items, -scores))), [])


def at(ranked: RankedItems, rows: NDArray[np.int64]) -> RankedItems:
    """The rows `rows`, in their order."""
    propensities = None if ranked.propensities is None else ranked.propensities[rows]
    return RankedItems(ranked.items[rows], ranked.scores[rows], propensities)
