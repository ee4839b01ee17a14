"""A user's history as it is now: what the release knows, and every event since."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from palate.data.histories import History
from palate.online.events import UserState


class LiveHistory(NamedTuple):
    """What a list for the user starts from."""

    history: History
    """Events that speak for a taste, oldest first."""
    hidden: NDArray[np.int32]
    """Catalogue indices of what the user does not want to see again."""


def live_history(
    base: History,
    state: UserState,
    find: Callable[[str], int | None],
    negative_kinds: Collection[str],
) -> LiveHistory:
    """The release's history of a user followed by their live events, in the order of acceptance.

    Times never fall: an event that was sent late counts from the one before it. Events with items that
    `find` does not know (the release is older than the item) are left out until a release knows them.
    Once a user was erased the release's history counts no more.
    """
    if state.erased:
        base = History(np.zeros(0, np.int32), np.zeros(0, np.int64))
    if not state.events:
        return LiveHistory(base, np.zeros(0, np.int32))
    known = [(find(event.item), event) for event in state.events]
    liked = [
        (item, event.time) for item, event in known if item is not None and event.kind not in negative_kinds
    ]
    disliked = [item for item, event in known if item is not None and event.kind in negative_kinds]
    hidden = np.array(disliked, np.int32)
    items = np.concatenate([base.items, np.array([item for item, _ in liked], np.int32)])
    times = np.concatenate([base.times, np.array([time for _, time in liked], np.int64)])
    return LiveHistory(_without(History(items, np.maximum.accumulate(times)), hidden), hidden)


def _without(history: History, hidden: NDArray[np.int32]) -> History:
    """The history without the items that its user turned against."""
    kept = ~np.isin(history.items, hidden)
    return History(history.items[kept], history.times[kept])
