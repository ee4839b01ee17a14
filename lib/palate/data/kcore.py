"""K-core filtering: users and items with enough events, found from item counts that add up over shards.

With a set of items given, which users stay can be told inside a shard, since a shard has a user's every
event. So each round asks every shard for its item counts, and drops the items that fell below the
least; it ends when none does. That is the largest set in which every user and item has enough events.
Source: Seidman, Network structure and minimum degree, Social Networks 5 (1983).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from palate.data.raw.reasons import Mask


@dataclass(frozen=True)
class Core:
    """Which items still count, bool [items], and how many events with them a user needs."""

    items: Mask
    min_user_events: int

    def keeps(self, user: NDArray[np.int64], item: NDArray[np.int32]) -> Mask:
        """The events to keep, bool [events], given user codes from 0 and all events of these users."""
        counted = self.items[item]
        # How many events with the core's items each user has, [users].
        events = np.bincount(user[counted], minlength=int(user.max(initial=-1)) + 1)
        return counted & (events[user] >= self.min_user_events)


def find_core(
    items: int, min_user_events: int, min_item_events: int, count: Callable[[Core], NDArray[np.int64]]
) -> Core:
    """The k-core of a log of `items` items; `count` gives each item's events among those a core keeps."""
    core = Core(np.ones(items, bool), min_user_events)
    # An item that falls takes users along, who take other items along: until a round changes nothing.
    while min_item_events > 1:
        enough = core.items & (count(core) >= min_item_events)
        if np.array_equal(enough, core.items):
            break
        core = Core(enough, min_user_events)
    return core
