"""Live user state: what a release knows of a user, and every event since."""

from __future__ import annotations

from typing import NamedTuple

from palate.explain import Sentiment
from palate.live.overlay import Edition
from palate.online import PostgresStore, StoreUnavailable, UserCache, UserState
from palate.online.history import LiveHistory, live_history
from serving.api.schemas import RecommendResponse
from serving.releases.active_release import ActiveRelease
from serving.releases.release_view import ReleaseView
from serving.settings import MEGABYTE, ServingSettings

OBJECT_BYTES = 10
"""Bytes of memory for each byte of a response's JSON: its models, dictionaries and numbers."""


class LiveUser(NamedTuple):
    """A user as they are now, by the names of one release."""

    id: str
    state: UserState
    live: LiveHistory
    view: ReleaseView
    release: str

    @property
    def edition(self) -> Edition:
        """The release with the live items that the view knows."""
        return Edition(self.release, self.view.overlay.number, self.view.gateway)

    @property
    def known(self) -> bool:
        """Whether the release or the store knows anything of them."""
        return bool(self.state.version or len(self.live.history.items))

    def sentiments(self) -> dict[int, Sentiment]:
        """What they think of every item of their history, by catalogue index; the last event counts."""
        history = self.live.history
        feedback_of = dict(zip(history.items.tolist(), history.feedback, strict=True))
        return {item: self.view.reading.sentiment(feedback) for item, feedback in feedback_of.items()}


def response_bytes(response: RecommendResponse) -> int:
    """About what a response takes in memory."""
    return OBJECT_BYTES * len(response.model_dump_json())


class LiveUsers:
    """Everybody, with the lists that were made for them."""

    def __init__(self, settings: ServingSettings, store: PostgresStore) -> None:
        self._store = store
        self.cache: UserCache[RecommendResponse] = UserCache(
            int(settings.cache_mb * MEGABYTE), response_bytes
        )
        self._max_events = settings.max_events

    async def state(self, user: str) -> UserState:
        """What the store knows of a user now."""
        return await self.cache.state(self._store, user)

    async def latest_state(self, user: str) -> tuple[UserState, bool]:
        """What is known of a user; and whether events may be missing, because the store does not answer."""
        monitor = self._store.monitor
        if monitor.problem is None:
            try:
                return await self.state(user), False
            except StoreUnavailable as error:
                monitor.note(error)
        return self.cache.last_state(user), True

    async def live_user(self, user: str, active: ActiveRelease) -> LiveUser:
        """A user as they are now."""
        return self.at_release(user, await self.state(user), active)

    def at_release(self, user: str, state: UserState, active: ActiveRelease) -> LiveUser:
        """A user in this state."""
        view = active.view
        released = view.users.released(user, self._max_events)
        live = live_history(released, state, view.names.find, view.negative)
        return LiveUser(id=user, state=state, live=live, view=view, release=active.release)
