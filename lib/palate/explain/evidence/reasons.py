"""Counterfactual reasons: the fewest things without which an item leaves the first places of its list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import numpy as np

from palate.explain.evidence.influence import Items, LeftOut, Scores
from palate.explain.evidence.served_list import NOWHERE, Standings
from palate.stated.parts import Part

MOST_REASONS = 3
"""Parts that are named for one item."""
BREADTH = 16
"""Parts that are tried beside those that were chosen, the most influential ones."""


class FoundReasons(NamedTuple):
    """What the place of an item rests on."""

    parts: tuple[Part, ...]
    """At most `MOST_REASONS`, the most influential first; none where nothing carries."""
    place: int
    """Place of the item in the list as it is, from 1; `NOWHERE` where no list may hold it."""
    place_without: int
    """Its place without all of these, from 1."""


class Standing(Protocol):
    """Makes lists without some parts, such as `ServedList.standings`."""

    def __call__(self, left_out: Sequence[LeftOut], items: Items, /) -> Standings: ...


def find_reasons(item: int, parts: Sequence[Part], *, influence: Scores, standings: Standing) -> FoundReasons:
    """The reasons for an item, found greedily: each is the one without which the item falls furthest.

    `influence` [parts] is what each of the `parts` has on it alone. No more is added than it takes to
    get the item out of the first places, and nothing that moves it no further.
    """
    search = _Search(np.array([item], np.int32), standings)
    whole = search.without([()])
    start, place = float(whole.margins[0, 0]), int(whole.places[0, 0])
    pool, moves = _pool(item, parts, influence)
    found, margin = FoundReasons((), place, place), start
    if place == NOWHERE or not pool:
        return found
    tried: list[tuple[Part, ...]] = [(pool[0] if moves else search.substitute(pool, start),)]
    while tried:
        lists = search.without(tried)
        lowest = int(lists.margins[:, 0].argmin())
        chosen, lower = tried[lowest], float(lists.margins[lowest, 0])
        if lower >= margin and len(chosen) > 1:
            break
        if lower < margin:
            found, margin = FoundReasons(chosen, place, int(lists.places[lowest, 0])), lower
        more = len(chosen) < MOST_REASONS and not start > 0 >= margin
        tried = [(*chosen, each) for each in pool if each not in chosen] if more else []
    return found


class _Search(NamedTuple):
    """Lists of one person without some parts, for one item in question."""

    target: Items
    standings: Standing

    def without(self, tried: Sequence[LeftOut]) -> Standings:
        """How the item stands without each of these sets, [tried, 1]."""
        return self.standings(tried, self.target)

    def substitute(self, pool: list[Part], margin: float) -> Part:
        """The part that moves most when all before it in the pool are left out too.

        None moves anything alone, but of two that can stand in for each other this is the later one.
        """
        together = self.without([pool[: count + 1] for count in range(len(pool))]).margins[:, 0]
        falls = np.diff(together, prepend=np.float32(margin))
        return pool[int(falls.argmin())]


def _pool(item: int, parts: Sequence[Part], influence: Scores) -> tuple[list[Part], bool]:
    """What is tried, by falling influence, and whether anything moves the item alone.

    An item is no reason for itself.
    """
    rows = [row for row in np.argsort(-influence, kind="stable").tolist() if parts[row] != item]
    moves = bool(rows and influence[rows[0]] > 0)
    return [parts[row] for row in (rows[:BREADTH] if moves else rows)], moves
