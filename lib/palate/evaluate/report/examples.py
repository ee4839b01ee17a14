"""Example users: some histories beside what was recommended to them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from palate.data.histories import Histories, History, Part
from palate.evaluate.users import METHOD, PART, RANKS, TARGETS
from palate.schema import ITEMS, NO_ITEM, USER

LATEST_TITLES = 8
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
    rows = {user: row for row, user in enumerate(histories.users.to_pylist())}
    return [
        _example(result, histories.before(rows[result[USER]], part), titles) for result in chosen.to_pylist()
    ]


def _example(result: dict[str, Any], history: History, titles: Sequence[str]) -> UserExample:
    return UserExample(
        user=result[USER],
        events=len(history.items),
        history=[titles[item] for item in history.items[::-1][:LATEST_TITLES]],
        recommended=[titles[item] for item in result[ITEMS] if item != NO_ITEM],
        held_out=[titles[item] for item in result[TARGETS]],
        ranks=result[RANKS],
    )
