"""Sizes of the split: how much trains, validates and tests, and how much of it is new to its user."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from palate.data.histories import Histories

TRAIN, VALIDATION, TEST = "train", "validation", "test"


class PartSize(NamedTuple):
    """How much there is in a part of the split."""

    events: int = 0
    users: int = 0
    """Users with an event in the part."""
    unseen: int = 0
    """Items that a user had in the part and not before, summed over the users."""
    first: int | None = None
    """Time of the earliest event in seconds, None where there is no event."""
    last: int | None = None


PartSizes = dict[str, PartSize]
"""The size of each part by its name."""


def part_sizes(histories: Histories) -> PartSizes:
    """Sizes of the parts of a block of users."""
    lengths, starts = np.diff(histories.offsets), histories.offsets[:-1]
    user = np.repeat(np.arange(len(histories)), lengths)
    # An event's place in its user's history, [events], and so the part it lies in: 0, 1 or 2.
    place = np.arange(len(histories.items)) - np.repeat(starts, lengths)
    part = (place >= histories.train_end[user]).astype(np.int8) + (place >= histories.validation_end[user])
    is_first = _first_of_its_item(user, histories.items)
    names = enumerate((TRAIN, VALIDATION, TEST))
    return {name: _size(part == number, user, is_first, histories.times) for number, name in names}


def added(blocks: Iterable[PartSizes]) -> PartSizes:
    """Sizes over several blocks, which share no user."""
    total: PartSizes = dict.fromkeys((TRAIN, VALIDATION, TEST), PartSize())
    for sizes in blocks:
        total = {name: _sum(size, sizes[name]) for name, size in total.items()}
    return total


def sizes_to_json(sizes: PartSizes) -> str:
    """The sizes as text."""
    return json.dumps({name: size._asdict() for name, size in sizes.items()})


def sizes_from_json(text: str) -> PartSizes:
    """What `sizes_to_json` wrote."""
    return {name: PartSize(**size) for name, size in json.loads(text).items()}


def _first_of_its_item(user: NDArray[np.int64], item: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Whether the user had the item in no earlier event; bool [events]."""
    pairs = user.astype(np.int64) * (int(item.max(initial=0)) + 1) + item
    is_first = np.zeros(len(pairs), bool)
    # Events stand in the order of time, and the sort is stable: of equal pairs the first comes first.
    order = np.argsort(pairs, kind="stable")
    is_first[order] = np.diff(pairs[order], prepend=-1) > 0
    return is_first


def _size(
    inside: NDArray[np.bool_],
    user: NDArray[np.int64],
    is_first: NDArray[np.bool_],
    times: NDArray[np.int64],
) -> PartSize:
    if not inside.any():
        return PartSize()
    return PartSize(
        events=int(inside.sum()),
        # Events stand in the order of users.
        users=int((np.diff(user[inside], prepend=-1) > 0).sum()),
        unseen=int((inside & is_first).sum()),
        first=int(times[inside].min()),
        last=int(times[inside].max()),
    )


def _sum(one: PartSize, other: PartSize) -> PartSize:
    return PartSize(
        events=one.events + other.events,
        users=one.users + other.users,
        unseen=one.unseen + other.unseen,
        first=_either(min, one.first, other.first),
        last=_either(max, one.last, other.last),
    )


def _either(choose: Callable[[Iterable[int]], int], *times: int | None) -> int | None:
    known = [time for time in times if time is not None]
    return choose(known) if known else None
