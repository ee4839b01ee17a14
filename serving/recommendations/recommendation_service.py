"""What the API's routes ask for: users as they are now, the current release and the stages together."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Sequence

from palate.online import DismissedLine, LiveEvent, PostgresStore
from palate.online.history import LiveHistory
from palate.retrieve import SearchResult
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
    TokenEvent,
    UserResponse,
)
from serving.explanations.explanation_service import Explanations
from serving.explanations.protocol import ExplainerProtocol
from serving.live_users import LiveUsers
from serving.pipeline.batching import RequestBatcher
from serving.pipeline.protocol import Pipeline
from serving.recommendations.query_builder import anonymous, query_of
from serving.recommendations.response_builder import (
    past,
    to_list_response,
    to_recommend_response,
    to_stage_timings,
)
from serving.releases.active_release import ActiveRelease, ReleaseWatcher
from serving.releases.release_list import release_list
from serving.settings import ServingSettings

SHOWN_EVENTS = 100
"""Events of a history that a user is shown with."""


class PalateService:
    """One gateway's service; everything that lasts is in the store and the releases."""

    def __init__(
        self,
        settings: ServingSettings,
        stages: Pipeline,
        store: PostgresStore,
        current: ReleaseWatcher,
        explainer: ExplainerProtocol,
    ) -> None:
        self._settings, self._stages, self._store, self.current = settings, stages, store, current
        self._batcher = RequestBatcher(stages, settings.max_batch_size, settings.max_batches_in_flight)
        self.live_users = LiveUsers(settings, store)
        self.explainer = explainer
        self._explanations = Explanations(self.live_users, current, explainer)

    async def recommend(self, request: RecommendRequest) -> RecommendResponse:
        """A list for a user as they are now, or for an anonymous history."""
        began, current = time.perf_counter(), self.current.now
        if request.user is None:
            live = anonymous(current.view.items(request.history or []))
            return await self._answered(request, current, live, 0, began)
        state, cache = await self.live_users.state(request.user), self.live_users.cache
        asked = (current.release, request.model_dump_json())
        answer = cache.answer(request.user, state.version, asked)
        if answer is not None:
            answer = answer.model_copy(update={"cached": True, "stages": to_stage_timings(None, began)})
        else:
            live = self.live_users.at_release(request.user, state, current).live
            answer = await self._answered(request, current, live, state.version, began, state.dismissed)
            cache.keep(request.user, state.version, asked, answer)
        if not request.explain:
            return answer
        # Sentences may come while the list stays as it is, so they are no part of what is remembered.
        return await self._explanations.attached(
            answer, self.live_users.at_release(request.user, state, current)
        )

    async def similar(self, request: SimilarRequest) -> ListResponse:
        """The items most like one item."""
        began, current = time.perf_counter(), self.current.now
        item = current.view.item(request.item)
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
        live_user = await self.live_users.live_user(user_id, self.current.now)
        view, state, live = live_user.view, live_user.state, live_user.live
        base = 0 if state.erased else len(view.users.history(user_id).items)
        return UserResponse(
            user=user_id,
            version=state.version,
            known=bool(base or state.events),
            history=past(view, user_id, state, SHOWN_EVENTS),
            events=base + len(state.events),
            taste=[Taste(name=name, share=round(share, 4)) for name, share in view.taste(live.history)],
        )

    async def forget(self, user_id: str) -> ForgottenResponse:
        """Erase a user's events; what the release knows of them counts no more."""
        return ForgottenResponse(user=user_id, deleted=await self._store.erase(user_id))

    async def explanation(self, user_id: str, item_id: str) -> ExplanationResponse:
        """Why an item is recommended to a user."""
        return await self._explanations.explanation(user_id, item_id)

    def explanation_events(
        self, user_id: str, item_id: str
    ) -> AsyncGenerator[TokenEvent | Rejected | ExplanationResponse]:
        """What is heard while an explanation is written, and at the end the explanation."""
        return self._explanations.events(user_id, item_id)

    async def profile(self, user_id: str) -> ProfileResponse:
        """A user's taste in sentences."""
        return await self._explanations.profile(user_id)

    async def dismiss(self, user_id: str, interest_id: str) -> StruckResponse:
        """Make a line of a profile count no more."""
        return await self._explanations.dismiss(user_id, interest_id)

    async def restore(self, user_id: str, interest_id: str) -> StruckResponse:
        """Make a struck line count again."""
        return await self._explanations.restore(user_id, interest_id)

    async def item(self, item_id: str) -> ItemResponse:
        """An item of the catalogue."""
        view = self.current.now.view
        index = view.item(item_id)
        return ItemResponse(item=item_id, title=view.catalogue.titles[index], fields=view.fields[index])

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
        current: ActiveRelease,
        live: LiveHistory,
        version: int,
        began: float,
        dismissed: Sequence[DismissedLine] = (),
    ) -> RecommendResponse:
        query = query_of(request, live, dismissed, current.view)
        ranking, stage_timings = await self._batcher.answer(current.release, query)
        return to_recommend_response(
            request, current, version, ranking, to_stage_timings(stage_timings, began)
        )


def _listed(current: ActiveRelease, found: SearchResult, began: float) -> ListResponse:
    return to_list_response(current, found, to_stage_timings(None, began))
