"""User segments: groups of users that are judged by themselves."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

ALL_USERS = "all"
SHORT_HISTORY = "short-history"
COLD_TARGETS = "cold-targets"
"""Users with a held-out item that nobody took in training, judged on such items alone."""

LENGTH_EDGES = (0, 1, 6, 11, 21, 51, 101, 201)
"""Fewest events of each class of history lengths; a class ends where the next begins."""


def length_classes() -> list[str]:
    """Names of the classes of history lengths, shortest first, such as `6-10`."""
    ends = [edge - 1 for edge in LENGTH_EDGES[1:]]
    names = [
        str(start) if start == end else f"{start}-{end}"
        for start, end in zip(LENGTH_EDGES[:-1], ends, strict=True)
    ]
    return [*names, f"{LENGTH_EDGES[-1]}+"]


def segment_names() -> list[str]:
    """All segments, in the order of the columns of `membership`."""
    return [ALL_USERS, SHORT_HISTORY, COLD_TARGETS, *length_classes()]


def membership(events: NDArray[np.int64], cold: NDArray[np.bool_], short_history: int) -> NDArray[np.bool_]:
    """Which segments each user is in, [users, segments].

    `events` is the length of each history, `cold` whether one of the targets is cold.
    """
    # The number of each user's class, [users]: the last edge that the length reaches.
    classes = np.searchsorted(LENGTH_EDGES, events, side="right") - 1
    columns: Sequence[NDArray[np.bool_]] = [
        np.ones(len(events), np.bool_),
        events <= short_history,
        cold,
        *(classes == number for number in range(len(LENGTH_EDGES))),
    ]
    return np.stack(columns, axis=1)
