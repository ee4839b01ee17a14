"""LRU cache: what was read and answered lately, bounded by bytes and never older than the store."""

from __future__ import annotations

import sys
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, Protocol, TypeVar, cast

from palate.online.events import NOBODY, UserState

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

GREATEST_SHARE = 8
"""A value that would take more than this part of the room is not kept: it would drive out all others."""
ENTRY_BYTES = 400
"""Of an entry beside its value: its key, and its place in the dictionary and in the order."""
STATE_BYTES = 200
EVENT_BYTES = 200
"""Of a state and of an event beside its texts: the tuple, its place in another, two numbers."""


class States(Protocol):
    """What tells the state of a user, such as `PostgresStore`."""

    async def state(self, user: str, known: UserState | None = None) -> UserState:
        """The state now; `known` itself if it is that."""


class LruCache(Generic[K, V]):
    """Holds values of so many bytes in all; the one that was not used for the longest time goes first."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._values: OrderedDict[K, tuple[V, int]] = OrderedDict()
        self.bytes = 0
        """What is held now."""

    def __len__(self) -> int:
        return len(self._values)

    def get(self, key: K) -> V | None:
        """The value of `key`, which counts as used, or None."""
        if key not in self._values:
            return None
        self._values.move_to_end(key)
        return self._values[key][0]

    def put(self, key: K, value: V, size: int) -> None:
        """Keep a value of `size` bytes in the place of an earlier one, unless it is too large."""
        self._drop(key)
        if size * GREATEST_SHARE > self._max_bytes:
            return
        self._values[key] = (value, size)
        self.bytes += size
        while self.bytes > self._max_bytes:
            self._drop(next(iter(self._values)))

    def _drop(self, key: K) -> None:
        if key in self._values:
            self.bytes -= self._values.pop(key)[1]


class UserCache(Generic[V]):
    """States of users, and the answers made for them, in one room.

    The store is asked for the version of the user each time, and an answer is found by the version that it
    was made for. So none is stale, whichever replica took the user's latest event.
    """

    def __init__(self, max_bytes: int, answer_bytes: Callable[[V], int]) -> None:
        """Take the room, and what tells how much of it an answer needs."""
        self._cache: LruCache[Hashable, UserState | V] = LruCache(max_bytes)
        self._answer_bytes = answer_bytes

    @property
    def bytes(self) -> int:
        """What is held now."""
        return self._cache.bytes

    async def state(self, store: States, user: str) -> UserState:
        """What the store knows of a user now; fetches only what is new."""
        known = cast("UserState | None", self._cache.get(user))
        state = await store.state(user, known)
        if state is not known:
            self._cache.put(user, state, ENTRY_BYTES + state_bytes(state))
        return state

    def last_state(self, user: str) -> UserState:
        """What the store knew of a user when it was last asked; `NOBODY` if it was not, or long ago."""
        return cast("UserState | None", self._cache.get(user)) or NOBODY

    def answer(self, user: str, version: int, request: Hashable) -> V | None:
        """The answer kept for this version of the user; `request` is all else that it depends on."""
        return cast("V | None", self._cache.get((user, version, request)))

    def keep(self, user: str, version: int, request: Hashable, answer: V) -> None:
        """Keep an answer for as long as there is room."""
        self._cache.put((user, version, request), answer, ENTRY_BYTES + self._answer_bytes(answer))


def state_bytes(state: UserState) -> int:
    """What a state takes in memory: the texts of each event are its own, but for the user's id."""
    texts = sum(
        sum(map(sys.getsizeof, (event.id, event.item, event.kind, event.text))) for event in state.events
    )
    dismissed = sum(map(sys.getsizeof, (name for line in state.dismissed for name in line.categories)))
    written = sum(map(sys.getsizeof, (text for line in state.written for text in line)))
    entries = len(state.events) + len(state.dismissed) + len(state.written)
    return STATE_BYTES + EVENT_BYTES * entries + texts + dismissed + written
