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
    targets: Integers


class Augmenter(NamedTuple):
    """Which changes are made, and to what share of the histories."""

    kinds: Sequence[Augmentation] = ()
    share: float = 0.0

    def read(self, items: Integers, gaps: Integers, generator: np.random.Generator) -> Piece:
        """The history, or now and then another reading of it; `items` are at least two."""
        kind = None
        if self.kinds and generator.random() < self.share:
            kind = self.kinds[int(generator.integers(len(self.kinds)))]
        if kind == "crop":
            part = _part(len(items), CROPPED, generator)
            items, gaps = items[part], gaps[part]
        if kind == "reorder":
            items = _shuffled(items, _part(len(items), REORDERED, generator), generator)
        events = items[:-1]
        if kind == "mask":
            events = np.where(generator.random(len(events)) < MASKED, np.int32(NOT_SHOWN), events)
        return Piece(events, gaps[:-1], items[1:])


def _part(events: int, share: float, generator: np.random.Generator) -> slice:
    """A random run of so many of the events, at least two."""
    length = max(2, math.ceil(share * events))
    start = int(generator.integers(events - length + 1))
    return slice(start, start + length)


def _shuffled(items: Integers, part: slice, generator: np.random.Generator) -> Integers:
    changed = items.copy()
    changed[part] = generator.permutation(items[part])
    return changed
