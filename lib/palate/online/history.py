"""Live history: a user's history as it is now, what the release knows, and every event since."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from palate.config.data import NegativeRule
from palate.data.feedback import is_negative
from palate.data.histories import EMPTY_HISTORY, DislikedItems, History
from palate.live.said import MOST_SAID
from palate.online.events import LiveEvent, UserState


class SaidText(NamedTuple):
    """Something that somebody wrote, in the place that it has in their history."""

    event: LiveEvent
    """With a text."""
    place: int
    """How many events of the history came before."""

    @property
    def text(self) -> str:
        """What was written."""
        return self.event.text or ""


class LiveHistory(NamedTuple):
    """What a list for the user starts from."""

    history: History
    """Events that speak for a taste, oldest first."""
    disliked: NDArray[np.int32]
    """Catalogue indices of what the user turned against and is not to see again."""
    older: NDArray[np.int32] = EMPTY_HISTORY.items
    """Catalogue indices of what the release knows from before `history`."""
    learned: int = 0
    """Live events that the release has learned, and which therefore count once."""
    said: tuple[SaidText, ...] = ()
    """The newest texts that count, oldest first; those of events against their item do not."""


class ReleasedHistory(NamedTuple):
    """What a release knows of a user."""

    newest: History
    """The newest events, oldest first."""
    older: NDArray[np.int32] = EMPTY_HISTORY.items
    """Catalogue indices of the events before these, int32 [events]."""
    disliked: NDArray[np.int32] = EMPTY_HISTORY.items
    """Catalogue indices of what the user had turned against."""


STRANGER = ReleasedHistory(EMPTY_HISTORY)
"""Of whom a release knows nothing."""

Find = Callable[[str], int | None]
"""The catalogue index of an item by its id, None for one that the release does not know."""


def live_history(
    released: ReleasedHistory, state: UserState, find: Find, negative: Sequence[NegativeRule]
) -> LiveHistory:
    """The release's history of a user followed by their live events, in the order of acceptance.

    Events with items that `find` does not know (the release is older than the item) are left out until a
    release knows them, and so are those that the release has learned already. Once a user was erased the
    release's history counts no more. What the user turned against is no part of the history.
    """
    live = _history_of_items(released, state, find, negative)
    return live._replace(said=_said(live.history, state, negative)) if state.events else live


def _history_of_items(
    released: ReleasedHistory, state: UserState, find: Find, negative: Sequence[NegativeRule]
) -> LiveHistory:
    base, older, disliked = STRANGER if state.erased else released
    known = known_events(state, find)
    events = unlearned_events(base, known)
    learned = len(known) - len(events)
    if not events:
        return LiveHistory(_without(base, disliked), disliked, older, learned)
    items = np.array([item for item, _ in events], np.int32)
    against = _speak_against([event for _, event in events], negative)
    # The release has learned these in their places: of what was turned against it keeps no time.
    again = against & np.isin(items, disliked)
    new = against & ~again
    disliked = np.concatenate((disliked, items[new]))
    positive = [
        (item, event.time, event.kind, event.value)
        for (item, event), is_against in zip(events, against, strict=True)
        if not is_against
    ]
    turned = DislikedItems(items[new], np.cumsum(~against)[new].astype(np.int32))
    history = base.followed_by(_history(positive)._replace(disliked=turned if new.any() else None))
    return LiveHistory(_without(history, disliked), disliked, older, learned)


def known_events(state: UserState, find: Find) -> list[tuple[int, LiveEvent]]:
    """Live events with items that the release knows, each with its item's index."""
    return [(item, event) for event in state.events if (item := find(event.item)) is not None]


def unlearned_events(base: History, events: list[tuple[int, LiveEvent]]) -> list[tuple[int, LiveEvent]]:
    """Those of `known_events` that are not among the release's own."""
    if not events or not len(base.items):
        return events
    kinds, _ = base.kinds_and_values()
    learned = set(zip(base.items.tolist(), base.times.tolist(), kinds.tolist(), strict=True))
    return [(item, event) for item, event in events if (item, event.time, event.kind) not in learned]


def _said(history: History, state: UserState, negative: Sequence[NegativeRule]) -> tuple[SaidText, ...]:
    """The newest `MOST_SAID` texts that speak against nothing, placed by their times; no release has any."""
    texts = [event for event in state.events if event.text]
    if not texts:
        return ()
    against = _speak_against(texts, negative)
    told = [event for event, is_against in zip(texts, against, strict=True) if not is_against]
    newest = sorted(told, key=lambda event: event.time)[-MOST_SAID:]
    return tuple(SaidText(event, int((history.times <= event.time).sum())) for event in newest)


def _without(history: History, items: NDArray[np.int32]) -> History:
    # Most people turned against nothing, and their histories need no copy.
    return history.only(~np.isin(history.items, items)) if len(items) else history


def _speak_against(events: Sequence[LiveEvent], rules: Sequence[NegativeRule]) -> NDArray[np.bool_]:
    kinds = pa.array([event.kind for event in events], pa.string())
    return is_negative(kinds, np.array([event.value for event in events], np.float64), rules)


def _history(events: Sequence[tuple[int, int, str, float]]) -> History:
    """Events of (item, time, kind, value) as a history."""
    items, times, kinds, values = zip(*events, strict=True) if events else ((), (), (), ())
    return History(
        np.array(items, np.int32),
        np.array(times, np.int64),
        np.array(kinds, np.str_),
        np.array(values, np.float32),
    )
