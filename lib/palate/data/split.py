"""Leave-one-out split and global temporal split: which of a user's events train, validate and test."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from palate.config import DataConfig
from palate.schema import DAY

_LEAST_TO_SPLIT = 3
"""Events that a user must have for one to validate, one to test, and one to learn from."""

Counts = tuple[NDArray[np.int64], NDArray[np.int64]]
"""Distinct values in ascending order, and how often each occurs."""

Splitter = Callable[[NDArray[np.int64], NDArray[np.int64], int], "Ends"]
"""From the user codes and times of all events and the number of users to the ends of their parts."""

Tally = Callable[[Callable[[NDArray[np.int64]], Counts]], Counts]
"""Applies a function to the times of every shard's events, and merges what it gives."""


class Ends(NamedTuple):
    """Positions in each user's history at which the parts end, int32 [users]."""

    train: NDArray[np.int32]
    validation: NDArray[np.int32]


class Cuts(NamedTuple):
    """Events before second `validation` train, from there to before `test` they validate, the rest test."""

    validation: int
    test: int


def splitter(data: DataConfig, count: Tally) -> Splitter:
    """The split that the settings ask for; `count` is asked only where times decide."""
    if data.split == "leave-one-out":
        return leave_one_out
    return partial(time_splitter, cuts=find_cuts(count, data.validation_share, data.test_share))


def leave_one_out(user: NDArray[np.int64], times: NDArray[np.int64], users: int) -> Ends:
    """The last event tests and the one before validates; fewer than three events all train."""
    lengths = np.bincount(user, minlength=users)
    # Events that each of the two held-out parts takes from a user: 1 or none, [users].
    taken = np.where(lengths >= _LEAST_TO_SPLIT, 1, 0)
    return Ends((lengths - 2 * taken).astype(np.int32), (lengths - taken).astype(np.int32))


def time_splitter(user: NDArray[np.int64], times: NDArray[np.int64], users: int, cuts: Cuts) -> Ends:
    """Events of all users are cut at the same two times."""
    before = [np.bincount(user[times < cut], minlength=users).astype(np.int32) for cut in cuts]
    return Ends(before[0], before[1])


def occurrences(values: NDArray[np.int64]) -> Counts:
    """Distinct values and their counts."""
    distinct, counts = np.unique(values, return_counts=True)
    return distinct, counts.astype(np.int64)


def merged(parts: list[Counts]) -> Counts:
    """Counts of several shards added up."""
    values = np.concatenate([np.zeros(0, np.int64), *(values for values, _ in parts)])
    counts = np.concatenate([np.zeros(0, np.int64), *(counts for _, counts in parts)])
    distinct, position = np.unique(values, return_inverse=True)
    return distinct, np.bincount(position, counts, len(distinct)).astype(np.int64)


def find_cuts(count: Tally, validation_share: float, test_share: float) -> Cuts:
    """The two times at which all users' events are cut, exact to the event.

    `count` is asked twice: for the events of each day, and for those of each second of the two days in
    which the cuts fall. So no answer is longer than days or seconds can be, however long the log.
    """
    days = count(_days)
    events = int(days[1].sum())
    if not events:
        return Cuts(0, 0)
    ranks = round(events * (1 - validation_share - test_share)), round(events * (1 - test_share))
    # First to the day: the days in which the two cuts fall, and how many events lie before each of them.
    cut_days = [_value_at(days, rank) for rank in ranks]
    # Then to the second, among the events of those days alone.
    seconds = count(partial(_seconds, days=tuple(day for day, _ in cut_days)))
    validation, test = (
        _value_at(_of_day(seconds, day), rank - below)[0]
        for (day, below), rank in zip(cut_days, ranks, strict=True)
    )
    return Cuts(validation, test)


def _days(times: NDArray[np.int64]) -> Counts:
    return occurrences(times // DAY)


def _seconds(times: NDArray[np.int64], days: tuple[int, ...]) -> Counts:
    return occurrences(times[np.isin(times // DAY, days)])


def _of_day(seconds: Counts, day: int) -> Counts:
    inside = seconds[0] // DAY == day
    return seconds[0][inside], seconds[1][inside]


def _value_at(occurring: Counts, rank: int) -> tuple[int, int]:
    """The value of this rank, from 0, among all occurrences in order, and how many lie below it."""
    values, counts = occurring
    ends = np.cumsum(counts)
    position = min(int(np.searchsorted(ends, rank, side="right")), len(values) - 1)
    return int(values[position]), int(ends[position] - counts[position])
