"""Some users' histories beside what was recommended to them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from palate.data.histories import Histories, Part
from palate.evaluate.ranking import NO_ITEM
from palate.evaluate.users import METHOD, PART, RANKS, TARGETS
from palate.schema import ITEMS, USER

LATEST = 8
"""Titles of a history that are shown."""


class UserExample(NamedTuple):
    """One user; all items by their titles."""

    user: str
    events: int
    """Length of the whole history."""
    history: list[str]
    """The latest items, newest first."""
    recommended: list[str]
    """Best first."""
    held_out: list[str]
    ranks: list[int]
    """Where the held-out items stood in the order of the whole catalogue."""


def examples(
    results: pa.Table, histories: Histories, titles: Sequence[str], part: Part, method: str, count: int
) -> list[UserExample]:
    """The first `count` users of a table of per-user results, whose histories are in the same shard."""
    chosen = results.filter((pc.field(PART) == part) & (pc.field(METHOD) == method)).slice(0, count)
    places = {user: place for place, user in enumerate(histories.users.to_pylist())}
    return [
        _example(row, histories, places[row[USER]], titles=titles, part=part) for row in chosen.to_pylist()
    ]


def _example(
    row: dict[str, Any], histories: Histories, place: int, titles: Sequence[str], part: Part
) -> UserExample:
    known = histories.before(place, part).items
    return UserExample(
        user=row[USER],
        events=len(known),
        history=[titles[item] for item in known[::-1][:LATEST]],
        recommended=[titles[item] for item in row[ITEMS] if item != NO_ITEM],
        held_out=[titles[item] for item in row[TARGETS]],
        ranks=row[RANKS],
    )
