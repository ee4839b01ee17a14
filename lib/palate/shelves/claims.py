"""Claims: what the title of a shelf says, each checked on every item."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palate.rank.conditions import folded
from palate.rank.filters import ItemFacts
from palate.rank.filters.facts import DATE

Items = NDArray[np.int32]
Mask = NDArray[np.bool_]
DECADE = 10


@dataclass(frozen=True)
class OfCategory:
    """The item is of a category."""

    name: str

    def holds(self, items: Items, facts: ItemFacts) -> Mask:
        """Whether it is true of each item, bool [n]."""
        wanted = folded(self.name)
        return np.array([wanted in facts.categories[item] for item in items], bool)

    @property
    def words(self) -> Mapping[str, Any]:
        """What a title is filled in with."""
        return {"category": self.name}


@dataclass(frozen=True)
class OfDecade:
    """The item's date is in ten years."""

    first: int

    def holds(self, items: Items, facts: ItemFacts) -> Mask:
        """Whether it is true of each item, bool [n]."""
        dates = np.asarray(facts.dates)[items]
        return (dates >= self.first) & (dates < self.first + DECADE)

    @property
    def words(self) -> Mapping[str, Any]:
        """What a title is filled in with."""
        return {"decade": self.first}


@dataclass(frozen=True)
class UpTo:
    """A number of the item is known and at most this."""

    column: str
    limit: float

    def holds(self, items: Items, facts: ItemFacts) -> Mask:
        """Whether it is true of each item, bool [n]."""
        return np.asarray(facts.numbers[self.column])[items] <= np.float32(self.limit)

    @property
    def words(self) -> Mapping[str, Any]:
        """What a title is filled in with."""
        return {"column": self.column, "limit": f"{self.limit:.10g}"}


@dataclass(frozen=True)
class After:
    """The item is among those that are most like another one, by the release's own list of similar items."""

    anchor: int
    title: str
    similar: tuple[int, ...]
    """Catalogue indices, the nearest first."""

    def holds(self, items: Items, facts: ItemFacts) -> Mask:
        """Whether it is true of each item, bool [n]."""
        return np.isin(items, self.similar)

    @property
    def words(self) -> Mapping[str, Any]:
        """What a title is filled in with."""
        return {"anchor": self.title}


Claim = OfCategory | OfDecade | UpTo | After


def all_hold(claims: Sequence[Claim], items: Items, facts: ItemFacts) -> Mask:
    """Whether every claim is true of each item, bool [n]."""
    true = np.ones(len(items), bool)
    for claim in claims:
        true &= claim.holds(items, facts)
    return true


def limit_of(column: str, items: Items, facts: ItemFacts) -> UpTo | None:
    """A round limit below which about half of the items are; None where few have a number."""
    numbers = np.asarray(facts.numbers[column])[items]
    known = numbers[np.isfinite(numbers)]
    if column == DATE or not len(known) or np.median(known) <= 0:
        return None
    size = 10.0 ** np.floor(np.log10(np.median(known)))
    return UpTo(column, float(np.ceil(np.median(known) / size) * size))
