"""Negative feedback as input: what somebody turned against, in its place among what they took."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from palate.data.histories import DislikedItems

Integers = NDArray[np.int32]


class InputEvents(NamedTuple):
    """What the model reads of one history, int32 [inputs] each, oldest first."""

    items: Integers
    time_gaps: Integers
    feedback: Integers
    against: Integers
    """1 for what was turned against, 0 for what was taken."""

    def latest(self, most: int) -> InputEvents:
        """The newest ones."""
        return InputEvents(*(column[-most:] for column in self))


def with_dislikes(
    items: Integers, time_gaps: Integers, feedback: Integers, disliked: DislikedItems | None
) -> InputEvents:
    """The events of a history, int32 [events] each, and behind each what was turned against after it.

    Of a dislike neither time nor kind is read. What was turned against before the first event is left out:
    nothing is expected of somebody who has taken nothing.
    """
    nothing = np.zeros(len(items), np.int32)
    events = InputEvents(items, time_gaps, feedback, nothing)
    if disliked is None:
        return events
    known = disliked.after > 0
    after = disliked.after[known]
    return InputEvents(
        items=np.insert(items, after, disliked.items[known]),
        time_gaps=np.insert(time_gaps, after, 0),
        feedback=np.insert(feedback, after, 0),
        against=np.insert(nothing, after, 1),
    )
