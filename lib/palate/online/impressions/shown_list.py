"""Shown list: what the log keeps of one list, and the id by which events name it."""

from __future__ import annotations

import secrets
import time
import uuid
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from pydantic_core import to_json

ANONYMOUS = ""
"""Whom a list was shown to that is not for somebody known."""


class ShownItem(NamedTuple):
    """One place of a list."""

    item: str
    score: float
    sources: Mapping[str, float]
    """The score of every source that nominated the item."""
    propensity: float | None = None
    """Probability of the draw that put it here, 1 if it was not drawn; None without exploration."""

    def tree(self) -> dict[str, object]:
        """The place as JSON has it, with its propensity only where there is one."""
        place = {"item": self.item, "score": self.score, "sources": self.sources}
        return place if self.propensity is None else place | {"propensity": self.propensity}


class ShownList(NamedTuple):
    """A list that was answered; the columns of `palate_lists` in their order."""

    id: str
    time: int
    """Seconds since 1970; the id begins with the same time."""
    user: str
    version: int
    """Of the user's state that the list was made from; before an erasure, and the list is not kept."""
    kind: str
    """What was asked for: recommend, similar or search."""
    release: str
    arm: str
    """Labels of the arms that the user is in, as `arms_text` has them; empty without any."""
    items: str
    """The places as JSON, best first."""


def arm_label(experiment: str, arm: str) -> str:
    """An arm of an experiment, whose names hold neither a colon nor a space."""
    return f"{experiment}:{arm}"


def arms_text(arms: Mapping[str, str]) -> str:
    """Arms by their experiments, as the log keeps them."""
    return " ".join(arm_label(experiment, arm) for experiment, arm in sorted(arms.items()))


def new_list_id() -> str:
    """A UUID of version 7 (RFC 9562): the milliseconds since 1970, then 74 random bits.

    Ids rise with the time, so lists of a day are one range of them, and nobody can guess one.
    """
    milliseconds, chance = time.time_ns() // 1_000_000, secrets.randbits(74)
    number = milliseconds << 80 | 0x7 << 76 | (chance >> 62) << 64 | 0b10 << 62 | (chance & (1 << 62) - 1)
    return str(uuid.UUID(int=number))


def list_time(list_id: str) -> int:
    """When a list was made, seconds since 1970, as its id says."""
    return (uuid.UUID(list_id).int >> 80) // 1000


def first_list_id(seconds: int) -> uuid.UUID:
    """What no id of a list made at or after a time, in seconds since 1970, is below."""
    return uuid.UUID(int=seconds * 1000 << 80)


def items_json(items: Iterable[ShownItem]) -> str:
    """The places as the log keeps them."""
    # Every list pays for this: pydantic's serialiser takes a fraction of the time of the standard one.
    return to_json([item.tree() for item in items], inf_nan_mode="null").decode()
