"""Other readings of a history, from which the model learns as from the history itself."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from palate.config.models import Augmentation

CROPPED, MASKED, REORDERED = 0.6, 0.3, 0.6
"""Share of the events that a crop keeps, a mask hides and a reordering shuffles: those of Xie et al.,
"Contrastive learning for sequential recommendation", ICDE 2022 (there with a contrastive loss)."""

NOT_SHOWN = -1
"""In the place of an event that is hidden from the model, though not from its loss."""

Integers = NDArray[np.int32]


class Piece(NamedTuple):
    """Consecutive events of one user and what follows each, int32 [events]."""

    events: Integers
    """Items, or `NOT_SHOWN`."""
    gaps: Integers
    signals: Integers
    targets: Integers


class Augmenter(NamedTuple):
    """Which changes are made, and to what share of the histories."""

    kinds: Sequence[Augmentation] = ()
    share: float = 0.0

    def read(
        self, generator: np.random.Generator, items: Integers, gaps: Integers, signals: Integers
    ) -> Piece:
        """The history, or now and then another reading of it; `items` are at least two."""
        kind = None
        if self.kinds and generator.random() < self.share:
            kind = self.kinds[int(generator.integers(len(self.kinds)))]
        if kind == "crop":
            part = _part(len(items), CROPPED, generator)
            items, gaps, signals = items[part], gaps[part], signals[part]
        if kind == "reorder":
            order = _shuffled(len(items), _part(len(items), REORDERED, generator), generator)
            items, signals = items[order], signals[order]
        events = items[:-1]
        if kind == "mask":
            events = np.where(generator.random(len(events)) < MASKED, np.int32(NOT_SHOWN), events)
        return Piece(events, gaps[:-1], signals[:-1], items[1:])


def _part(events: int, share: float, generator: np.random.Generator) -> slice:
    """A random run of so many of the events, at least two."""
    length = max(2, math.ceil(share * events))
    start = int(generator.integers(events - length + 1))
    return slice(start, start + length)


def _shuffled(events: int, part: slice, generator: np.random.Generator) -> NDArray[np.int64]:
    """An order of the events in which those of the part change places."""
    order = np.arange(events)
    order[part] = generator.permutation(order[part])
    return order
