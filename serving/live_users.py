"""Users as they are now: what a release knows of them, and everything since."""

from __future__ import annotations

from typing import NamedTuple

from palate.explain import Sentiment
from palate.online import PostgresStore, UserCache, UserState
from palate.online.history import LiveHistory, live_history
from serving.api.schemas import RecommendResponse
from serving.explanations.protocol import UserContext
from serving.releases.active_release import ActiveRelease
from serving.releases.release_view import ReleaseView
from serving.settings import ServingSettings


class LiveUser(NamedTuple):
    """A user as they are now, by the names of one release."""

    id: str
    state: UserState
    live: LiveHistory
    view: ReleaseView
    release: str

    @property
    def context(self) -> UserContext:
        """As those who explain are asked about them."""
        return UserContext(self.release, self.live.history)

    def sentiments(self) -> dict[int, Sentiment]:
        """What they think of every item of their history, by catalogue index; the last event counts."""
        history = self.live.history
        said = dict(zip(history.items.tolist(), history.feedback, strict=True))
        return {item: self.view.reading.sentiment(feedback) for item, feedback in said.items()}


class LiveUsers:
    """Everybody, with the lists that were made for them."""

    def __init__(self, settings: ServingSettings, store: PostgresStore) -> None:
        self.store = store
        self.cache: UserCache[RecommendResponse] = UserCache(settings.cached_answers)
        self._negative_kinds = settings.negative_kinds

    async def state(self, user: str) -> UserState:
        """What the store knows of a user now."""
        return await self.cache.state(self.store, user)

    async def live_user(self, user: str, current: ActiveRelease) -> LiveUser:
        """A user as they are now."""
        return self.at_release(user, await self.state(user), current)

    def at_release(self, user: str, state: UserState, current: ActiveRelease) -> LiveUser:
        """A user in this state."""
        view = current.view
        base = view.users.history(user)
        live = live_history(base, state, view.catalogue.find, self._negative_kinds)
        return LiveUser(user, state, live, view, current.release)
