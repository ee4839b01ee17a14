"""Text events as vectors: what somebody wrote between the items of their history, and what it weighs.

A text takes a step of the moving average over text vectors, U <- U + a (h - U), as an item does. So what was
just written weighs a, and after n more events a (1 - a)^n.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

MOST_SAID = 8
"""Texts of somebody that count, the newest ones: at the default rate the ninth would weigh less than .02."""


class Said(NamedTuple):
    """Texts of one person, oldest first."""

    vectors: NDArray[np.float32]
    """Unit vectors of the texts, float32 [texts, text width]."""
    places: NDArray[np.int64]
    """How many events of the history came before each, rising, int64 [texts]."""

    def weights(self, events: int, rate: float) -> NDArray[np.float32]:
        """What each text weighs in the moving average over it and `events` items, float32 [texts]."""
        order = self.order(events)
        return average_weights(len(order), rate)[order < 0]

    def order(self, events: int) -> NDArray[np.int64]:
        """Numbers of the history's events, with -1 in the place of each text, int64 [events + texts]."""
        return np.insert(np.arange(events, dtype=np.int64), np.minimum(self.places, events), -1)


NOTHING_SAID = Said(np.zeros((0, 0), np.float32), np.zeros(0, np.int64))


def average_weights(steps: int, rate: float) -> NDArray[np.float32]:
    """What each of the steps weighs in a moving average of this rate, float32 [steps]; they sum to 1."""
    if not steps:
        return np.zeros(0, np.float32)
    ages = np.arange(steps)[::-1]
    weights = rate * (1 - rate) ** ages
    # The first one starts the average, so that it is not drawn towards zero.
    weights[0] = (1 - rate) ** ages[0]
    return weights.astype(np.float32)
