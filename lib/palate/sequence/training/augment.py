"""Data augmentation: crops, masks and reorders a history, and the model learns from that as well."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from palate.config.models import Augmentation

CROP_SHARE, MASK_SHARE, REORDER_SHARE = 0.6, 0.3, 0.6
"""Share of the events that a crop keeps, a mask hides and a reordering shuffles: those of Xie et al.,
"Contrastive learning for sequential recommendation", ICDE 2022 (there with a contrastive loss)."""

MASKED = -1
"""In the place of an event that is hidden from the model, though not from its loss."""

Integers = NDArray[np.int32]


class TrainingSequence(NamedTuple):
    """Consecutive events of one user and what follows each, int32 [events]."""

    events: Integers
    """Items, or `MASKED`."""
    time_gaps: Integers
    feedback: Integers
    targets: Integers
    disliked: Integers
    """An item that the user turned against after each event and before the next; `NO_ITEM` for none."""
    against: Integers
    """1 for what the user turned against, which is no target; 0 for what they took."""
    places: Integers
    """Which event of the whole history each is, or was before it changed places with another."""


class Augmenter(NamedTuple):
    """Which changes are made, and to what share of the histories."""

    kinds: Sequence[Augmentation] = ()
    share: float = 0.0

    def read(
        self,
        generator: np.random.Generator,
        items: Integers,
        *,
        time_gaps: Integers,
        feedback: Integers,
        disliked: Integers,
        places: Integers,
    ) -> TrainingSequence:
        """The history, or now and then another reading of it; `items` are at least two."""
        kind = None
        # Most histories stay as they are, and of the others each has one change.
        if self.kinds and generator.random() < self.share:
            kind = self.kinds[int(generator.integers(len(self.kinds)))]
        if kind == "crop":
            part = _part(len(items), CROP_SHARE, generator)
            items, disliked, places = items[part], disliked[part], places[part]
            time_gaps, feedback = time_gaps[part], feedback[part]
        if kind == "reorder":
            # Times stay where they are: it is the items that change places.
            order = _shuffled(len(items), _part(len(items), REORDER_SHARE, generator), generator)
            items, feedback = items[order], feedback[order]
        # What is masked is hidden as an input, and is still a target.
        events = items[:-1]
        if kind == "mask":
            events = np.where(generator.random(len(events)) < MASK_SHARE, np.int32(MASKED), events)
        return TrainingSequence(
            events=events,
            time_gaps=time_gaps[:-1],
            feedback=feedback[:-1],
            targets=items[1:],
            disliked=disliked[:-1],
            against=np.zeros(len(events), np.int32),
            places=places[:-1],
        )


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
