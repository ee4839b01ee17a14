"""Pick log: what a policy is told, who picked what and when."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from palate.data.histories import Histories, History
from palate.simulate.people import NO_PICK
from palate.simulate.world import World

HOUR = 3600


class PickLog:
    """Histories of all people, growing by at most one pick a round; a round is an hour."""

    def __init__(self, world: World) -> None:
        people, first = world.first.shape
        self._items: NDArray[np.int32] = np.zeros((people, first + world.settings.rounds), np.int32)
        self._times: NDArray[np.int64] = np.zeros(self._items.shape, np.int64)
        self._items[:, :first], self._times[:, :first] = world.first, np.arange(first) * HOUR
        self.lengths: NDArray[np.int64] = np.full(people, first)
        self._first = first

    def add(self, lists: NDArray[np.int32], places: NDArray[np.int64], round_number: int) -> None:
        """Note the picks of a round; `places` [people] as `Visit.picked`."""
        rows = np.nonzero(places != NO_PICK)[0]
        ends = self.lengths[rows]
        self._items[rows, ends] = lists[rows, places[rows]]
        self._times[rows, ends] = (self._first + round_number) * HOUR
        self.lengths[rows] += 1

    def histories(self) -> list[History]:
        """Everybody's history as it is now; later picks do not change it."""
        copied = self._items.copy()
        return [
            History(items[:length], times[:length])
            for items, times, length in zip(copied, self._times, self.lengths.tolist(), strict=True)
        ]

    def training(self, held_out: int = 0) -> Histories:
        """All picks so far as training events, but for so many of everybody's latest, which validate."""
        is_event = np.arange(self._items.shape[1]) < self.lengths[:, None]
        ends = self.lengths.astype(np.int32)
        return Histories(
            users=pa.array([str(person) for person in range(len(ends))]),
            offsets=np.concatenate([[0], np.cumsum(self.lengths)]),
            items=self._items[is_event],
            times=self._times[is_event],
            train_end=ends - held_out,
            validation_end=ends,
        )

    def counts(self, n_items: int) -> NDArray[np.int64]:
        """Picks of each item, [items]."""
        return np.bincount(self.training().items, minlength=n_items)

    def mask_picked(self, scores: NDArray[np.float32]) -> None:
        """Put what somebody has picked before out of reach, in place; float32 [people, items]."""
        rows, columns = np.nonzero(np.arange(self._items.shape[1]) < self.lengths[:, None])
        scores[rows, self._items[rows, columns]] = -np.inf
