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
from serving.users.said_vectors import SaidVectors

SHOWN_EVENTS = 100
"""Events of a history that a user is shown with."""
BASE_KIND = "known"
"""What an event of the release's own history is called: the release does not need its kind."""


class UserService:
    """One gateway's users; everything that lasts is in the store and the releases."""

    def __init__(
        self, watcher: ReleaseWatcher, store: PostgresStore, live_users: LiveUsers, said: SaidVectors
    ) -> None:
        self._watcher = watcher
        self._store = store
        self._live_users = live_users
        self._said = said

    @property
    def cached_bytes(self) -> int:
        """What is held in memory of users and of the lists that were made for them."""
        return self._live_users.cache.bytes + self._said.bytes

    async def record(self, request: EventsRequest) -> EventsResponse:
        """Store events; once this returns they are on disk, and the next list knows of them."""
        now = int(time.time())
        events = [_live_event(event, now) for event in request.events]
        accepted = await self._store.append(events)
        self._said.prepare(events)
        return EventsResponse(
            accepted=sum(accepted),
            known=len(accepted) - sum(accepted),
            versions=await self._store.versions({event.user for event in events}),
        )

    async def settled(self) -> None:
        """Wait until what was written is encoded and kept, which goes on in the background."""
        await self._said.settled()

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
    base = EMPTY_HISTORY if state.erased else view.users.history(user, limit)
    unlearned = unlearned_events(base, known_events(state, view.names.find))
    titles = {event.id: view.names.titles[index] for index, event in unlearned}
    told = [event for event in state.events if event.id in titles or not event.item][-limit:]
    live = [
        Past(
            item=event.item or None,
            title=titles.get(event.id),
            time=event.time,
            kind=event.kind,
            text=event.text,
        )
        for event in reversed(told)
    ]
    base = base.only(slice(max(0, len(base.items) - limit + len(live)), None))
    released = zip(base.items[::-1].tolist(), base.times[::-1].tolist(), strict=True)
    names = view.names
    return live + [
        Past(item=names.items[index], title=names.titles[index], time=when, kind=BASE_KIND)
        for index, when in released
    ]


def _live_event(event: Event, now: int) -> LiveEvent:
    """An event as the store has it; without a time of its own it happened `now`."""
    return LiveEvent(
        id=event.id,
        user=event.user,
        item=event.item or "",
        kind=event.kind,
        value=event.value,
        time=now if event.time is None else event.time,
        list=event.list,
        text=event.text,
    )
