"""LRU cache: what was read and answered lately, never older than the store."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, Protocol, TypeVar

from palate.online.events import UserState

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

EVENTS = 200_000
"""Weight of the user states held; an event takes some 300 bytes."""
ANSWERS = 10_000


class States(Protocol):
    """What tells the state of a user, such as `PostgresStore`."""

    async def state(self, user: str, known: UserState | None = None) -> UserState:
        """The state now; `known` itself if it is that."""


class Lru(Generic[K, V]):
    """Holds values of a bounded weight in all; the one that was not used for the longest time goes first."""

    def __init__(self, capacity: int, weight: Callable[[V], int] = lambda _: 1) -> None:
        self._capacity = capacity
        self._weight = weight
        self._values: OrderedDict[K, V] = OrderedDict()
        self._total = 0

    def __len__(self) -> int:
        return len(self._values)

    def get(self, key: K) -> V | None:
        """The value of `key`, which counts as used, or None."""
        if key in self._values:
            self._values.move_to_end(key)
        return self._values.get(key)

    def put(self, key: K, value: V) -> None:
        """Keep a value; one that is heavier than the capacity is not kept."""
        if key in self._values:
            self._total -= self._weight(self._values.pop(key))
        self._values[key] = value
        self._total += self._weight(value)
        while self._total > self._capacity:
            self._total -= self._weight(self._values.popitem(last=False)[1])


class UserCache(Generic[V]):
    """States of users, and the answers made for them.

    The store is asked for the version of the user each time, and an answer is found by the version that it
    was made for. So none is stale, whichever replica took the user's latest event.
    """

    def __init__(self, answers: int = ANSWERS, events: int = EVENTS) -> None:
        self._states: Lru[str, UserState] = Lru(events, weight=lambda state: 1 + len(state.events))
        self._answers: Lru[tuple[str, int, Hashable], V] = Lru(answers)

    async def state(self, store: States, user: str) -> UserState:
        """What the store knows of a user now; fetches only what is new."""
        state = await store.state(user, self._states.get(user))
        self._states.put(user, state)
        return state

    def answer(self, user: str, version: int, request: Hashable) -> V | None:
        """The answer kept for this version of the user; `request` is all else that it depends on."""
        return self._answers.get((user, version, request))

    def keep(self, user: str, version: int, request: Hashable, answer: V) -> None:
        """Keep an answer for as long as there is room."""
        self._answers.put((user, version, request), answer)
