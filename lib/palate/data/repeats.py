"""Repeat consumption: whether an item that somebody had is recommended again, and sought when held out."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from palate.config import Config
from palate.config.data import REPEAT_ALLOWED, REPEAT_NEVER
from palate.config.run import Repeats
from palate.data.histories import History
from palate.schema import DAY


class RepeatRules(NamedTuple):
    """What a list may name again, and what a held-out item counts for that it may not name."""

    repeat: str = REPEAT_NEVER
    """`never`, `allowed`, or `after Nd`: once N days have passed since the last time."""
    held_out: Repeats = "count"

    @classmethod
    def of(cls, config: Config) -> RepeatRules:
        """As a configuration says."""
        return cls(config.data.repeat, config.evaluation.repeats)

    def not_again(self, history: History, now: int) -> NDArray[np.int32]:
        """Items of a history that are not recommended at `now`, in seconds; int32, in any number."""
        if self.repeat == REPEAT_ALLOWED:
            return history.items[:0]
        if self.never:
            return history.items
        return history.items[history.times > now - self.days * DAY]

    @property
    def never(self) -> bool:
        """Whether nothing that was had is recommended again."""
        return self.repeat == REPEAT_NEVER

    @property
    def days(self) -> int:
        """The N of `after Nd`."""
        return int(self.repeat.removeprefix("after ").removesuffix("d"))


NO_REPEATS = RepeatRules()
"""Nothing is recommended again, and held-out repeats count as not found."""
