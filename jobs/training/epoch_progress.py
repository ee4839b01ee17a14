"""Progress within an epoch: what the first worker of a training says after each batch."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from jobs.runtime.progress import Reporter
from palate.sequence import IGNORE_INDEX, SequenceBatch, Shards


class EpochProgress:
    """Counts the events that were learned, over all epochs."""

    def __init__(self, reporter: Reporter, epochs: int, events: int, limit: str = "") -> None:
        """Take how many epochs there are and the events of each; `limit` stands before the epochs' number."""
        self._reporter, self._limit = reporter, limit
        self._epochs, self._events = epochs, events
        self._epoch, self._learned = 0, 0
        self._note = ""

    def begin_epoch(self, epoch: int) -> None:
        """Begin the epoch of this number, the first being 0."""
        self._epoch, self._learned = epoch, 0
        self._post()

    def learned(self, batch: SequenceBatch) -> None:
        """Count what the workers together have learned from a batch."""
        self._learned += int((batch.targets != IGNORE_INDEX).sum())
        self._post()

    def end_epoch(self) -> None:
        """The epoch is through, though augmentation may have left events out."""
        self._learned = self._events
        self._post()

    def note(self, note: str) -> None:
        """Say from now on how good the model is."""
        self._note = note
        self._post(at_once=True)

    def _post(self, at_once: bool = False) -> None:
        learned = min(self._learned, self._events)
        epoch = f"epoch {self._epoch + 1} of {self._limit}{self._epochs}"
        note = ", ".join(filter(None, [epoch, self._note]))
        done, total = self._epoch * self._events + learned, self._epochs * self._events
        self._reporter.post(done, total, note, at_once)


def silent() -> EpochProgress:
    """Progress that nobody is told of."""
    return EpochProgress(Reporter(None), epochs=1, events=0)


def events_of_epoch(shards: Shards, hidden: NDArray[np.bool_]) -> int:
    """Events that an epoch learns to foretell: each user's training events but the first."""
    visible = (~hidden[history.items] for shard in shards for history in shard().trains())
    return sum(max(0, int(events.sum()) - 1) for events in visible)
