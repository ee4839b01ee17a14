"""What the API's routes ask for: users as they are now, the current release and the stages together."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Sequence

from palate.online import LiveEvent, PostgresStore, Struck
from palate.online.history import LiveHistory
from palate.retrieve import Found
from palate.storage import Folder
from serving.api.schemas import (
    EventsRequest,
    EventsResponse,
    ExplanationResponse,
    ForgottenResponse,
    HealthResponse,
    ItemResponse,
    ListResponse,
    ProfileResponse,
    RecommendRequest,
    RecommendResponse,
    Rejected,
    ReleasesResponse,
    SearchRequest,
    SimilarRequest,
    StruckResponse,
    Taste,
    Token,
    UserResponse,
)
from serving.explanations.explanation_service import Explanations
from serving.explanations.protocol import Explaining
from serving.live_users import People
from serving.pipeline.batching import Merger
from serving.pipeline.protocol import Stages
from serving.recommendations.query_builder import anonymous, query_of
from serving.recommendations.response_builder import listed, past, recommended, stage_times
from serving.releases.active_release import Current, CurrentRelease
from serving.releases.release_list import release_list
from serving.settings import ServingSettings

SHOWN_EVENTS = 100
"""Events of a history that a user is shown with."""


class PalateService:
    """One gateway's service; everything that lasts is in the store and the releases."""

    def __init__(
        self,
        settings: ServingSettings,
        stages: Stages,
        store: PostgresStore,
        current: CurrentRelease,
        explainer: Explaining,
    ) -> None:
        self._settings, self._stages, self._store, self.current = settings, stages, store, current
        self._merger = Merger(stages, settings.merge, settings.at_once)
        self.people = People(settings, store)
        self.explainer = explainer
        self._explanations = Explanations(self.people, current, explainer)

    async def recommend(self, request: RecommendRequest) -> RecommendResponse:
        """A list for a user as they are now, or for an anonymous history."""
        began, current = time.perf_counter(), self.current.now
        if request.user is None:
            live = anonymous(current.book.items(request.history or []))
            return await self._answered(request, current, live, 0, began)
        state, cache = await self.people.state(request.user), self.people.cache
        asked = (current.release, request.model_dump_json())
        answer = cache.answer(request.user, state.version, asked)
        if answer is not None:
            answer = answer.model_copy(update={"cached": True, "stages": stage_times(None, began)})
        else:
            live = self.people.meet(request.user, state, current).live
            answer = await self._answered(request, current, live, state.version, began, state.struck)
            cache.keep(request.user, state.version, asked, answer)
        if not request.explain:
            return answer
        # Sentences may come while the list stays as it is, so they are no part of what is remembered.
        return await self._explanations.attached(answer, self.people.meet(request.user, state, current))

    async def similar(self, request: SimilarRequest) -> ListResponse:
        """The items most like one item."""
        began, current = time.perf_counter(), self.current.now
        item = current.book.item(request.item)
        return _listed(current, await self._stages.similar(current.release, item, request.k), began)

    async def search(self, request: SearchRequest) -> ListResponse:
        """The items that fit a text best."""
        began, current = time.perf_counter(), self.current.now
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
        somebody = await self.people.somebody(user_id, self.current.now)
        book, state, live = somebody.book, somebody.state, somebody.live
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

    async def explanation(self, user_id: str, item_id: str) -> ExplanationResponse:
        """Why an item is recommended to a user."""
        return await self._explanations.explanation(user_id, item_id)

    def explanation_events(
        self, user_id: str, item_id: str
    ) -> AsyncGenerator[Token | Rejected | ExplanationResponse]:
        """What is heard while an explanation is written, and at the end the explanation."""
        return self._explanations.events(user_id, item_id)

    async def profile(self, user_id: str) -> ProfileResponse:
        """A user's taste in sentences."""
        return await self._explanations.profile(user_id)

    async def strike(self, user_id: str, interest_id: str) -> StruckResponse:
        """Make a line of a profile count no more."""
        return await self._explanations.strike(user_id, interest_id)

    async def restore(self, user_id: str, interest_id: str) -> StruckResponse:
        """Make a struck line count again."""
        return await self._explanations.restore(user_id, interest_id)

    async def item(self, item_id: str) -> ItemResponse:
        """An item of the catalogue."""
        book = self.current.now.book
        index = book.item(item_id)
        return ItemResponse(item=item_id, title=book.catalogue.titles[index], fields=book.fields[index])

    async def releases(self) -> ReleasesResponse:
        """The releases there are, the newest first, and which one answers."""
        folder = Folder(self._settings.releases)
        found = await asyncio.to_thread(release_list, folder, self.current.now.release, self.current.refused)
        return ReleasesResponse(serving=self.current.now.release, releases=found)

    async def health(self) -> HealthResponse:
        """That requests are answered, from which release, and who explains."""
        return HealthResponse(
            status="ok",
            release=self.current.now.release,
            mode=self._settings.mode,
            explainer=await self.explainer.readiness(),
        )

    async def _answered(
        self,
        request: RecommendRequest,
        current: Current,
        live: LiveHistory,
        version: int,
        began: float,
        struck: Sequence[Struck] = (),
    ) -> RecommendResponse:
        query = query_of(request, live, struck, current.book)
        ranking, took = await self._merger.answer(current.release, query)
        return recommended(request, current, version, ranking, stage_times(took, began))


def _listed(current: Current, found: Found, began: float) -> ListResponse:
    return listed(current, found, stage_times(None, began))
