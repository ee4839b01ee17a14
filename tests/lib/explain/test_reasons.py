"""FoundReasons are the fewest items of a history without which an item leaves the first places."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from palate.explain import leave_one_out
from palate.explain.evidence.influence import Items, LeftOut, Scores
from palate.explain.evidence.reasons import BREADTH, FoundReasons, find_reasons
from palate.explain.evidence.served_list import NOWHERE, Standings
from palate.stated.parts import Part, Stated

ITEM = 99
Margin = Callable[[set[Part]], float]


class World:
    """Lists in which the margin of the item is what a function makes of the items of the history."""

    def __init__(self, margin: Margin) -> None:
        self._margin = margin
        self._parts: set[Part] = set()
        self.lists = 0

    def standings(self, left_out: Sequence[LeftOut], items: Items) -> Standings:
        self.lists += len(left_out)
        margins = np.array([[self._margin(self._parts - set(parts))] for parts in left_out], np.float32)
        # One place down for each tenth of the margin, from the tenth place.
        places = np.maximum(1, 10 - np.floor(10 * margins)).astype(np.int32)
        return Standings(margins, places)

    def margins(self, left_out: Sequence[LeftOut], items: Items) -> Scores:
        return self.standings(left_out, items).margins

    def reasons(self, *parts: Part) -> FoundReasons:
        self._parts = set(parts)
        newest_first, target = parts[::-1], np.array([ITEM], np.int32)
        influence = leave_one_out(newest_first, target, self.margins)[:, 0]
        return find_reasons(ITEM, newest_first, influence=influence, standings=self.standings)


def weighted(base: float, **weights: float) -> Margin:
    """`base` and the weight of each item that is there, by names such as `i3`."""
    return lambda items: base + sum(weight for name, weight in weights.items() if int(name[1:]) in items)


def test_one_item_without_which_the_item_leaves_is_the_only_reason() -> None:
    found = World(weighted(-0.2, i1=0.1, i2=0.5)).reasons(1, 2, 3)
    assert found.parts == (2,)
    assert found.place <= 10 < found.place_without


def test_items_are_added_until_the_item_leaves_and_no_further() -> None:
    found = World(weighted(-0.1, i1=0.3, i2=0.2, i3=0.1, i4=0.05)).reasons(1, 2, 3, 4)
    assert found.parts == (1, 2, 3)


def test_there_are_three_reasons_at_most_even_where_the_item_stays() -> None:
    found = World(weighted(2.0, i1=0.3, i2=0.2, i3=0.1, i4=0.05)).reasons(1, 2, 3, 4)
    assert found.parts == (1, 2, 3)
    assert found.place_without <= 10


def test_two_items_that_stand_in_for_each_other_are_found_together() -> None:
    found = World(lambda items: 0.5 if items & {7, 40} else -0.5).reasons(*range(1, 45))
    assert set(found.parts) == {7, 40}
    assert found.place_without > 10


def test_what_was_said_is_a_reason_like_any_item() -> None:
    search = Stated("search", "space horror")
    found = World(lambda parts: 0.5 if {1, search} <= parts else 0.1 if search in parts else -0.2).reasons(
        1, 2, search
    )
    assert found.parts == (search,)
    assert found.place_without > 10


def test_what_moves_nothing_further_is_no_reason() -> None:
    found = World(weighted(1.0, i1=0.3, i2=-0.4)).reasons(1, 2, 3)
    assert found.parts == (1,)


def test_nothing_carries_what_nothing_moves() -> None:
    assert World(lambda items: 1.0).reasons(1, 2, 3).parts == ()
    assert World(lambda items: 1.0).reasons().parts == ()


def test_an_item_is_no_reason_for_itself() -> None:
    assert World(weighted(-0.2, i99=0.9, i1=0.1)).reasons(ITEM, 1).parts == (1,)


def test_an_item_that_no_list_may_hold_has_no_reasons() -> None:
    def nowhere(left_out: Sequence[LeftOut], items: Items) -> Standings:
        return Standings(
            np.zeros((len(left_out), 1), np.float32), np.full((len(left_out), 1), NOWHERE, np.int32)
        )

    found = find_reasons(ITEM, [1], influence=np.ones(1, np.float32), standings=nowhere)
    assert found == FoundReasons((), NOWHERE, NOWHERE)


@pytest.mark.parametrize("events", [3, 50])
def test_the_number_of_lists_is_bounded(events: int) -> None:
    weights = {f"i{item}": 0.001 for item in range(1, events + 1)}
    world = World(weighted(2.0, **weights))
    world.reasons(*range(1, events + 1))
    assert world.lists <= 1 + events + 2 + 2 * BREADTH
