"""Live history: a user's history as it is now, what the release knows, and every event since."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from palate.data.histories import EMPTY_HISTORY, History
from palate.online.events import UserState


class LiveHistory(NamedTuple):
    """What a list for the user starts from."""

    history: History
    """Events that speak for a taste, oldest first."""
    disliked: NDArray[np.int32]
    """Catalogue indices of what the user turned against and is not to see again."""
    older: NDArray[np.int32] = EMPTY_HISTORY.items
    """Catalogue indices of what the release knows from before `history`, which is not to be seen again."""


def live_history(
    base: History,
    state: UserState,
    find: Callable[[str], int | None],
    negative_kinds: Collection[str],
    older: NDArray[np.int32] = EMPTY_HISTORY.items,
) -> LiveHistory:
    """The release's history of a user followed by their live events, in the order of acceptance.

    Events with items that `find` does not know (the release is older than the item) are left out until a
    release knows them. Once a user was erased the release's history counts no more. What the user turned
    against is no part of the history.

    `base` may be the newest part alone; `older` then holds the items of the rest, int32 [events].
    """
    if state.erased:
        base, older = EMPTY_HISTORY, EMPTY_HISTORY.items
    if not state.events:
        return LiveHistory(base, EMPTY_HISTORY.items, older)
    events = [(item, event) for event in state.events if (item := find(event.item)) is not None]
    positive = [
        (item, event.time, event.kind, event.value)
        for item, event in events
        if event.kind not in negative_kinds
    ]
    disliked = np.array([item for item, event in events if event.kind in negative_kinds], np.int32)
    history = base.followed_by(_history(positive))
    return LiveHistory(history.only(~np.isin(history.items, disliked)), disliked, older)


def _history(events: Sequence[tuple[int, int, str, float]]) -> History:
    """Events of (item, time, kind, value) as a history."""
    items, times, kinds, values = zip(*events, strict=True) if events else ((), (), (), ())
    return History(
        np.array(items, np.int32),
        np.array(times, np.int64),
        np.array(kinds, np.str_),
        np.array(values, np.float32),
    )
