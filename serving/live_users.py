"""Users as they are now: what a release knows of them, and everything since."""

from __future__ import annotations

from typing import NamedTuple

from palate.explain import Sentiment
from palate.online import PostgresStore, UserCache, UserState
from palate.online.history import LiveHistory, live_history
from serving.api.schemas import RecommendResponse
from serving.explanations.protocol import Asked
from serving.releases.active_release import Current
from serving.releases.release_view import Book
from serving.settings import ServingSettings


class Somebody(NamedTuple):
    """A user as they are now, by the names of one release."""

    id: str
    state: UserState
    live: LiveHistory
    book: Book
    release: str

    @property
    def asked(self) -> Asked:
        """As those who explain are asked about them."""
        return Asked(self.release, self.live.history)

    def sentiments(self) -> dict[int, Sentiment]:
        """What they think of every item of their history, by catalogue index; the last event counts."""
        history = self.live.history
        said = dict(zip(history.items.tolist(), history.signals, strict=True))
        return {item: self.book.reading.sentiment(signal) for item, signal in said.items()}


class People:
    """Everybody, with the lists that were made for them."""

    def __init__(self, settings: ServingSettings, store: PostgresStore) -> None:
        self.store = store
        self.cache: UserCache[RecommendResponse] = UserCache(settings.cached_answers)
        self._negative_kinds = settings.negative_kinds

    async def state(self, user: str) -> UserState:
        """What the store knows of a user now."""
        return await self.cache.state(self.store, user)

    async def somebody(self, user: str, current: Current) -> Somebody:
        """A user as they are now."""
        return self.meet(user, await self.state(user), current)

    def meet(self, user: str, state: UserState, current: Current) -> Somebody:
        """A user in this state."""
        book = current.book
        base = book.users.history(user)
        live = live_history(base, state, book.catalogue.find, self._negative_kinds)
        return Somebody(user, state, live, book, current.release)
