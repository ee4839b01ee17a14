"""Feedback, explicit or implicit: each event's kind and value as a number with a vector of its own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from palate.data.histories import Histories, History

SHARES = np.arange(1, 8) / 8
"""The values of a kind are told apart at these quantiles."""


class FeedbackBuckets(NamedTuple):
    """A number for each kind and range of its values."""

    edges: Mapping[str, tuple[float, ...]] = {}
    """By kind, where one range ends and the next begins, rising."""

    @property
    def numbers(self) -> int:
        """How many numbers there are besides 0."""
        return sum(len(edges) + 1 for edges in self.edges.values())

    def of(self, history: History) -> NDArray[np.int32]:
        """The number of each event, int32 [events], from 1 on; 0 for a kind that is not known."""
        numbers = np.zeros(len(history.items), np.int32)
        if not self.edges:
            return numbers
        kinds, values = history.kinds_and_values()
        # Each kind has as many numbers as it has ranges, from `first` on.
        first = 1
        for kind, edges in self.edges.items():
            mine = kinds == kind
            numbers[mine] = first + np.searchsorted(edges, values[mine], side="right")
            first += len(edges) + 1
        return numbers


NO_FEEDBACK_BUCKETS = FeedbackBuckets()


def learn_buckets(shards: Iterable[Callable[[], Histories]]) -> FeedbackBuckets:
    """Every kind of the training events, its values cut at what an eighth, two eighths, ... do not exceed.

    A kind whose values are few, such as stars, so has a number for each frequent one.
    """
    values_of: dict[str, list[NDArray[np.float32]]] = defaultdict(list)
    for shard in shards:
        users = [history.kinds_and_values() for history in shard().trains()]
        kinds, values = (np.concatenate(column) for column in zip(*users, strict=True)) if users else ([], [])
        for kind in np.unique(kinds):
            values_of[str(kind)].append(values[kinds == kind])
    return FeedbackBuckets({kind: _edges(np.concatenate(values_of[kind])) for kind in sorted(values_of)})


def _edges(values: NDArray[np.float32]) -> tuple[float, ...]:
    return tuple(np.unique(np.quantile(values, SHARES, method="inverted_cdf")).tolist())
