"""Constraints: what a request in words says a list must keep to, and what is left to steer by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from palate.rank.rules import NumberRange

ConstraintKind = Literal["category", "number", "value", "item", "text", "shown"]


@dataclass(frozen=True)
class Constraint:
    """One thing that was asked for, with the words that asked for it."""

    kind: ConstraintKind
    """`category`, `number` and `value` are kept by every item of the list; the vectors of an `item` and of a
    negated `text` draw or push the list; what was `shown`, or compared with, is not listed."""
    negative: bool
    """Whether it is not wanted."""
    text: str
    """The words of the request."""
    start: int
    """Where the words begin in the request, in characters."""
    names: tuple[str, ...] = ()
    """Categories, or names in a column, as the catalogue writes them, any of which will do."""
    together: bool = False
    """Whether only an item with all of the categories is meant: "no romantic comedies"."""
    unless: tuple[str, ...] = ()
    """Categories with one of which an item is let through although it has a category that is not wanted."""
    column: str = ""
    """The catalogue's column that a `value` is in."""
    range: NumberRange | None = None
    """The numbers that fulfil a constraint of kind `number`."""
    items: tuple[int, ...] = ()
    """Catalogue indices that the words may mean."""


class Steer(NamedTuple):
    """What draws a list besides the person's history, and what pushes it away."""

    text: str = ""
    unwanted: tuple[str, ...] = ()
    liked: tuple[int, ...] = ()
    """Catalogue indices."""
    disliked: tuple[int, ...] = ()
    """Catalogue indices."""
    shown: tuple[int, ...] = ()
    """Catalogue indices of items that were shown before and are not to come again."""
    tastes: tuple[str, ...] = ()
    """What people wrote of themselves: each draws where it has to do with the catalogue."""
    distastes: tuple[str, ...] = ()
    """What they do not want besides: each pushes under the same condition."""

    @property
    def named(self) -> NDArray[np.int32]:
        """Items that were named or shown, and so are known; catalogue indices, int32 [named]."""
        return np.array([*self.liked, *self.disliked, *self.shown], np.int32)


NO_STEER = Steer()


@dataclass(frozen=True)
class Steering:
    """A request in words, read."""

    constraints: tuple[Constraint, ...] = ()
    rest: str = ""
    """What was said beyond the constraints: its vector draws the list."""
    language: str = ""
    """The language that it was read in."""

    def without(self, struck: frozenset[str]) -> Steering:
        """The same less the constraints with these words."""
        kept = tuple(one for one in self.constraints if one.text not in struck)
        return Steering(kept, self.rest, self.language)

    @property
    def steer(self) -> Steer:
        """What draws the list and what pushes it away."""
        items = [one for one in self.constraints if one.kind == "item"]
        return Steer(
            text=self.rest,
            unwanted=tuple(one.text for one in self.constraints if one.kind == "text"),
            liked=tuple(item for one in items if not one.negative for item in one.items),
            disliked=tuple(item for one in items if one.negative for item in one.items),
            shown=tuple(item for one in self.constraints if one.kind == "shown" for item in one.items),
        )
