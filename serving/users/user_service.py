"""Events and users: records what users do, each event once by its id; shows and erases what is known."""

from __future__ import annotations

import time

from palate.data.histories import EMPTY_HISTORY
from palate.online import LiveEvent, PostgresStore, UserState
from palate.online.history import known_events, unlearned_events
from serving.api.schemas import (
    Event,
    EventsRequest,
    EventsResponse,
    ForgottenResponse,
    Past,
    Taste,
    UserResponse,
)
from serving.releases.active_release import ReleaseWatcher
from serving.releases.release_view import ReleaseView
from serving.users.live_users import LiveUsers

SHOWN_EVENTS = 100
"""Events of a history that a user is shown with."""
BASE_KIND = "known"
"""What an event of the release's own history is called: the release does not need its kind."""


class UserService:
    """One gateway's users; everything that lasts is in the store and the releases."""

    def __init__(self, watcher: ReleaseWatcher, store: PostgresStore, live_users: LiveUsers) -> None:
        self._watcher = watcher
        self._store = store
        self._live_users = live_users

    @property
    def cached_bytes(self) -> int:
        """What is held in memory of users and of the lists that were made for them."""
        return self._live_users.cache.bytes

    async def record(self, request: EventsRequest) -> EventsResponse:
        """Store events; once this returns they are on disk, and the next list knows of them."""
        now = int(time.time())
        events = [_live_event(event, now) for event in request.events]
        accepted = await self._store.append(events)
        return EventsResponse(
            accepted=sum(accepted),
            known=len(accepted) - sum(accepted),
            versions=await self._store.versions({event.user for event in events}),
        )

    async def user(self, user_id: str) -> UserResponse:
        """What is known of a user."""
        live_user = await self._live_users.live_user(user_id, self._watcher.active)
        view, state = live_user.view, live_user.state
        base = 0 if state.erased else view.users.events(user_id)
        taste = view.taste(live_user.live.history)
        return UserResponse(
            user=user_id,
            version=state.version,
            known=bool(base or state.total),
            history=newest_events(view, user_id, state, SHOWN_EVENTS),
            events=base + state.total - live_user.live.learned,
            taste=[Taste(name=name, share=round(share, 4)) for name, share in taste],
        )

    async def forget(self, user_id: str) -> ForgottenResponse:
        """Erase a user's events; what the release knows of them counts no more."""
        return ForgottenResponse(user=user_id, deleted=await self._store.erase(user_id))


def newest_events(view: ReleaseView, user: str, state: UserState, limit: int) -> list[Past]:
    """The newest events of a user, newest first: the live ones, then those of the release."""
    items, titles = view.names.items, view.names.titles
    base = EMPTY_HISTORY if state.erased else view.users.history(user, limit)
    unlearned = unlearned_events(base, known_events(state, view.names.find))[-limit:]
    live = [
        Past(item=event.item, title=titles[index], time=event.time, kind=event.kind)
        for index, event in reversed(unlearned)
    ]
    base = base.only(slice(max(0, len(base.items) - limit + len(live)), None))
    released = zip(base.items[::-1].tolist(), base.times[::-1].tolist(), strict=True)
    return live + [Past(item=items[i], title=titles[i], time=when, kind=BASE_KIND) for i, when in released]


def _live_event(event: Event, now: int) -> LiveEvent:
    """An event as the store has it; without a time of its own it happened `now`."""
    return LiveEvent(
        id=event.id,
        user=event.user,
        item=event.item,
        kind=event.kind,
        value=event.value,
        time=now if event.time is None else event.time,
        list=event.list,
    )
