"""A user's history as it is now: what the release knows, and every event since."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from palate.data.histories import History, Signal
from palate.online.events import UserState


class LiveHistory(NamedTuple):
    """What a list for the user starts from."""

    history: History
    """Events that speak for a taste, oldest first."""
    hidden: NDArray[np.int32]
    """Catalogue indices of what the user does not want to see again."""
    places: NDArray[np.int64]
    """Where each event of the history is among those of the release followed by the live ones."""


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
        return LiveHistory(base, np.zeros(0, np.int32), np.arange(len(base.items)))
    known = [(find(event.item), event) for event in state.events]
    liked = [
        (place, item, event.time)
        for place, (item, event) in enumerate(known, start=len(base.items))
        if item is not None and event.kind not in negative_kinds
    ]
    disliked = [item for item, event in known if item is not None and event.kind in negative_kinds]
    places, items, times = zip(*liked, strict=True) if liked else ((), (), ())
    history = History(
        np.concatenate([base.items, np.array(items, np.int32)]),
        np.maximum.accumulate(np.concatenate([base.times, np.array(times, np.int64)])),
    )
    before = np.concatenate([np.arange(len(base.items)), np.array(places, np.int64)])
    return _without(LiveHistory(history, np.array(disliked, np.int32), before))


def signals_of(live: LiveHistory, base: Sequence[Signal], state: UserState) -> list[Signal]:
    """Kind and value of every event of `live.history`; `base` are those of the release's history."""
    said = [*(() if state.erased else base), *(Signal(event.kind, event.value) for event in state.events)]
    return [said[place] for place in live.places.tolist()]


def _without(live: LiveHistory) -> LiveHistory:
    """The history without the items that its user turned against."""
    items, times = live.history
    kept = ~np.isin(items, live.hidden)
    return live._replace(history=History(items[kept], times[kept]), places=live.places[kept])
