"""What the API's routes ask for: users as they are now, the current release and the stages together."""

from __future__ import annotations

import asyncio
import time

from palate.online import LiveEvent, PostgresStore, UserCache, UserState
from palate.online.history import LiveHistory, live_history
from palate.retrieve import Found
from palate.storage import Folder
from serving.answers import listed, past, recommended, stage_times
from serving.api.models import (
    EventsRequest,
    EventsResponse,
    ForgottenResponse,
    HealthResponse,
    ItemResponse,
    ListResponse,
    RecommendRequest,
    RecommendResponse,
    ReleasesResponse,
    SearchRequest,
    SimilarRequest,
    Taste,
    UserResponse,
)
from serving.current import Current, CurrentRelease
from serving.listing import release_list
from serving.merging import Merger
from serving.queries import anonymous, query_of
from serving.settings import ServingSettings
from serving.stages import Stages

SHOWN_EVENTS = 100
"""Events of a history that a user is shown with."""


class PalateService:
    """One gateway's service; everything that lasts is in the store and the releases."""

    def __init__(
        self, settings: ServingSettings, stages: Stages, store: PostgresStore, current: CurrentRelease
    ) -> None:
        self._settings, self._stages, self._store, self._current = settings, stages, store, current
        self._merger = Merger(stages, settings.merge, settings.at_once)
        self._cache: UserCache[RecommendResponse] = UserCache(settings.cached_answers)

    async def recommend(self, request: RecommendRequest) -> RecommendResponse:
        """A list for a user as they are now, or for an anonymous history."""
        began, current = time.perf_counter(), self._current.now
        if request.user is None:
            live = anonymous(current.book.items(request.history or []))
            return await self._answered(request, current, live, 0, began)
        state = await self._cache.state(self._store, request.user)
        asked = (current.release, request.model_dump_json())
        kept = self._cache.answer(request.user, state.version, asked)
        if kept is not None:
            return kept.model_copy(update={"cached": True, "stages": stage_times(None, began)})
        live = self._live(request.user, state, current)
        answer = await self._answered(request, current, live, state.version, began)
        self._cache.keep(request.user, state.version, asked, answer)
        return answer

    async def similar(self, request: SimilarRequest) -> ListResponse:
        """The items most like one item."""
        began, current = time.perf_counter(), self._current.now
        item = current.book.item(request.item)
        return _listed(current, await self._stages.similar(current.release, item, request.k), began)

    async def search(self, request: SearchRequest) -> ListResponse:
        """The items that fit a text best."""
        began, current = time.perf_counter(), self._current.now
        return _listed(current, await self._stages.search(current.release, request.text, request.k), began)

    async def record(self, request: EventsRequest) -> EventsResponse:
        """Store events; once this returns they are on disk, and the next list knows of them."""
        now = int(time.time())
        events = [
            LiveEvent(one.id, one.user, one.item, one.kind, one.value, now if one.time is None else one.time)
            for one in request.events
        ]
        accepted = await self._store.append(events)
        return EventsResponse(
            accepted=sum(accepted),
            known=len(accepted) - sum(accepted),
            versions=await self._store.versions({event.user for event in events}),
        )

    async def user(self, user_id: str) -> UserResponse:
        """What is known of a user."""
        book, state = self._current.now.book, await self._cache.state(self._store, user_id)
        live = self._live(user_id, state, self._current.now)
        base = 0 if state.erased else len(book.users.history(user_id).items)
        return UserResponse(
            user=user_id,
            version=state.version,
            known=bool(base or state.events),
            history=past(book, user_id, state, SHOWN_EVENTS),
            events=base + len(state.events),
            taste=[Taste(name=name, share=round(share, 4)) for name, share in book.taste(live.history)],
        )

    async def forget(self, user_id: str) -> ForgottenResponse:
        """Erase a user's events; what the release knows of them counts no more."""
        return ForgottenResponse(user=user_id, deleted=await self._store.erase(user_id))

    async def item(self, item_id: str) -> ItemResponse:
        """An item of the catalogue."""
        book = self._current.now.book
        index = book.item(item_id)
        return ItemResponse(item=item_id, title=book.catalogue.titles[index], fields=book.fields[index])

    async def releases(self) -> ReleasesResponse:
        """The releases there are, the newest first, and which one answers."""
        folder = Folder(self._settings.releases)
        found = await asyncio.to_thread(
            release_list, folder, self._current.now.release, self._current.refused
        )
        return ReleasesResponse(serving=self._current.now.release, releases=found)

    async def health(self) -> HealthResponse:
        """That requests are answered, and from which release."""
        return HealthResponse(status="ok", release=self._current.now.release, mode=self._settings.mode)

    def _live(self, user: str, state: UserState, current: Current) -> LiveHistory:
        base = current.book.users.history(user)
        return live_history(base, state, current.book.catalogue.find, self._settings.negative_kinds)

    async def _answered(
        self, request: RecommendRequest, current: Current, live: LiveHistory, version: int, began: float
    ) -> RecommendResponse:
        ranking, took = await self._merger.answer(current.release, query_of(request, live, current.book))
        return recommended(request, current, version, ranking, stage_times(took, began))


def _listed(current: Current, found: Found, began: float) -> ListResponse:
    return listed(current, found, stage_times(None, began))
