"""Recommendation service: a request becomes a query, the pipeline's ranking becomes the response.

request -> arms -> live user, and vectors of what they wrote -> query -> RequestBatcher -> Pipeline
        -> ranking -> response -> impression log
"""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from hashlib import sha256
from typing import NamedTuple, TypeVar

from palate.errors import PalateError
from palate.online import UserState
from palate.online.events import NOBODY
from palate.online.impressions import ImpressionLog, LogCounts, new_list_id
from palate.recommender.query import Query, Ranking
from palate.recommender.steering import search_query
from palate.steering import Steering
from serving.api.schemas import (
    ListResponse,
    RecommendRequest,
    RecommendResponse,
    SearchRequest,
    SimilarRequest,
)
from serving.api.schemas.requests import PersonalRequest
from serving.experiments.experiment_service import ExperimentService
from serving.explanations.explanation_service import ExplanationService
from serving.pipeline.batching import RequestBatcher
from serving.pipeline.edition_cache import MissingEdition
from serving.pipeline.protocol import Pipeline
from serving.recommendations.impressions import shown_list, shown_similar
from serving.recommendations.query_builder import anonymous_user, query_of
from serving.recommendations.response_builder import (
    to_list_response,
    to_recommend_response,
    to_stage_timings,
)
from serving.releases.active_release import ActiveRelease, ReleaseWatcher
from serving.releases.arm_releases import ArmReleases
from serving.settings import ServingSettings
from serving.users.live_users import LiveUser, LiveUsers
from serving.users.said_vectors import SaidVectors

log = logging.getLogger("ray.serve")

Answer = TypeVar("Answer")


class Listener(NamedTuple):
    """Whom a list is for."""

    user: LiveUser
    active: ActiveRelease
    degraded: bool
    """Whether events may be missing."""


class RecommendationService:
    """One gateway's lists: for a user, like an item, by description."""

    def __init__(
        self,
        settings: ServingSettings,
        watcher: ReleaseWatcher,
        pipeline: Pipeline,
        live_users: LiveUsers,
        said: SaidVectors,
        explanations: ExplanationService,
        impressions: ImpressionLog,
        experiments: ExperimentService,
        arm_releases: ArmReleases,
    ) -> None:
        """Take what gives lists the sentences that were written before, what keeps which were shown, and who
        is in which arm.
        """
        self._watcher = watcher
        self._pipeline = pipeline
        self._live_users = live_users
        self._said = said
        self._explanations = explanations
        self._impressions = impressions
        self._experiments, self._arm_releases = experiments, arm_releases
        self._batcher = RequestBatcher(pipeline, settings.max_batch_size, settings.max_batches_in_flight)

    @property
    def logged(self) -> LogCounts:
        """What has become of the lists that were to be logged."""
        return self._impressions.counts

    @property
    def stopped_arms(self) -> dict[tuple[str, str], bool]:
        """Whether each arm but control is stopped, by experiment and arm."""
        return self._experiments.stopped

    async def recommend(self, request: RecommendRequest) -> RecommendResponse:
        """A list for a user as they are now, or for an anonymous history."""
        return await again_if_forgotten(lambda: self._recommend(request))

    async def similar(self, request: SimilarRequest) -> ListResponse:
        """The items most like one item."""
        return await again_if_forgotten(lambda: self._similar(request))

    async def search(self, request: SearchRequest) -> ListResponse:
        """The items that fit a text best."""
        return await again_if_forgotten(lambda: self._search(request))

    async def listener(self, request: PersonalRequest) -> Listener:
        """Whom a list is for, as they are now."""
        active = self._watcher.active
        if request.user is None:
            return Listener(anonymous_user(request.history or [], active), active, degraded=False)
        state, degraded = await self._live_users.latest_state(request.user)
        return Listener(self._live_users.at_release(request.user, state, active), active, degraded)

    async def steered(
        self, request: RecommendRequest, listener: Listener, steering: Steering
    ) -> RecommendResponse:
        """A list that keeps to what was read before."""
        began, (user, active, degraded) = time.perf_counter(), listener
        response = await self._ranked(request, user, active, steering=steering, began=began)
        return self._shown(response.model_copy(update={"degraded": degraded}))

    async def unlogged(self, request: RecommendRequest) -> RecommendResponse:
        """A list that nobody is shown."""
        return await again_if_forgotten(lambda: self._recommended(request))

    async def ranking(self, listener: Listener, query: Query) -> Ranking:
        """What the pipeline answers, of which nothing is logged."""
        said = await self._said.said(listener.user, listener.active)
        return (await self._batcher.answer(listener.user.edition, query._replace(said=said)))[0]

    async def unrelated(self, release: str, texts: Sequence[str]) -> set[str]:
        """Those of some texts that say nothing of a release's catalogue."""
        related = await self._pipeline.are_related(release, texts) if texts else []
        return {text for text, is_related in zip(texts, related, strict=True) if not is_related}

    async def _recommend(self, request: RecommendRequest) -> RecommendResponse:
        return self._shown(await self._in_arms(request))

    def _shown(self, response: RecommendResponse) -> RecommendResponse:
        if self._impressions.enabled:
            self._impressions.add(shown_list(response))
        return response

    async def _in_arms(self, request: RecommendRequest) -> RecommendResponse:
        """The list of the user's arms; without them if it cannot be made so."""
        asked, arms, release = self._experiments.assigned(request)
        if not arms:
            return await self._recommended(request)
        try:
            response = await self._recommended(asked, release)
        except MissingEdition:
            raise
        except PalateError as error:  # the client's own fault comes again, and is answered then
            response = await self._recommended(request)
            self._experiments.leave_out(arms)
            log.warning("a list is in none of the arms %s, which cannot be served: %s", arms, error)
            return response
        return response.model_copy(update={"arms": arms})

    async def _recommended(self, request: RecommendRequest, release: str | None = None) -> RecommendResponse:
        """The list by a release that an arm names, or by the current one."""
        began = time.perf_counter()
        active = self._watcher.active if release is None else self._arm_releases.active(release)
        if request.user is None:
            user = anonymous_user(request.history or [], active)
            return await self._ranked(request, user, active, steering=_asked(request, user), began=began)
        state, degraded = await self._live_users.latest_state(request.user)
        response = await self._cached_or_ranked(request, state, active, began)
        if degraded:
            return response.model_copy(update={"degraded": True})  # sentences are in the store too
        if not request.explain:
            return response
        # Sentences may come while the list stays as it is, so they are no part of what is cached.
        user = self._live_users.at_release(request.user, state, active)
        return await self._explanations.attached(response, user)

    async def _similar(self, request: SimilarRequest) -> ListResponse:
        began, active = time.perf_counter(), self._watcher.active
        nearest = await self._pipeline.similar(active.edition, active.view.item(request.item), request.k)
        response = to_list_response(active, nearest, to_stage_timings(None, began))
        return self._logged("similar", response)

    async def _search(self, request: SearchRequest) -> ListResponse:
        began, active = time.perf_counter(), self._watcher.active
        steering = active.view.understood(request.text, request.struck)
        query = search_query(request.text, request.k, steering)
        state, degraded = NOBODY, False
        if request.user is not None:
            state, degraded = await self._live_users.latest_state(request.user)
            user = self._live_users.at_release(request.user, state, active)
            query = query._replace(history=user.live.history, said=await self._said.said(user, active))
        nearest = await self._pipeline.search(active.edition, query)
        response = to_list_response(active, nearest, to_stage_timings(None, began), steering)
        personal = response.model_copy(update={"user": request.user, "degraded": degraded})
        return self._logged("search", personal, state.version)

    def _logged(self, kind: str, response: ListResponse, version: int = 0) -> ListResponse:
        if self._impressions.enabled:
            self._impressions.add(shown_similar(kind, response, version))
        return response

    async def _cached_or_ranked(
        self, request: RecommendRequest, state: UserState, active: ActiveRelease, began: float
    ) -> RecommendResponse:
        """The response to an equal request since which nothing new is known of the user, or a new one."""
        assert request.user is not None
        cache, user = self._live_users.cache, request.user
        cache_key = (active.edition, sha256(request.model_dump_json().encode()).digest())
        cached = cache.answer(user, state.version, cache_key)
        if cached is not None:
            stages = to_stage_timings(None, began)
            return cached.model_copy(update={"list": new_list_id(), "cached": True, "stages": stages})
        live_user = self._live_users.at_release(user, state, active)
        asked = _asked(request, live_user)
        response = await self._ranked(request, live_user, active, steering=asked, began=began)
        cache.keep(user, state.version, cache_key, response)
        return response

    async def _ranked(
        self,
        request: RecommendRequest,
        user: LiveUser,
        active: ActiveRelease,
        *,
        steering: Steering | None,
        began: float,
    ) -> RecommendResponse:
        """What the pipeline makes of the request."""
        query = query_of(request, user, steering, await self._said.said(user, active))
        ranking, stage_timings = await self._batcher.answer(user.edition, query)
        stages = to_stage_timings(stage_timings, began)
        return to_recommend_response(request, user, ranking, stages=stages, steering=steering)


def _asked(request: RecommendRequest, user: LiveUser) -> Steering | None:
    return user.view.understood(request.query, request.struck) if request.query else None


async def again_if_forgotten(ask: Callable[[], Awaitable[Answer]]) -> Answer:
    """The answer; from the newest edition if the stages forgot that of the request while it waited."""
    try:
        return await ask()
    except MissingEdition:
        return await ask()
