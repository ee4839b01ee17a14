"""From what the stages answer to what a client is told."""

from __future__ import annotations

import time

from palate.online import UserState
from palate.recommender.query import Ranking, SimilarHistoryItem, StageTimings
from palate.retrieve import SearchResult
from serving.api.schemas import (
    Listed,
    ListResponse,
    Past,
    Reason,
    Recommended,
    RecommendRequest,
    RecommendResponse,
    RemovedItem,
    StageTimingsMs,
)
from serving.releases.active_release import ActiveRelease
from serving.releases.release_view import ReleaseView

BASE_KIND = "known"
"""What an event of the release's own history is called: the release does not need its kind."""


def to_recommend_response(
    request: RecommendRequest, current: ActiveRelease, version: int, ranking: Ranking, stages: StageTimingsMs
) -> RecommendResponse:
    """A list with everything that the request asks for."""
    view = current.view
    places = range(len(ranking.items))
    return RecommendResponse(
        release=current.release,
        method=view.method,
        user=request.user,
        version=version,
        items=[_place(view, ranking, place) for place in places],
        stages=stages,
        cached=False,
        removed=_removed(view, ranking) if request.debug else None,
    )


def to_list_response(current: ActiveRelease, found: SearchResult, stages: StageTimingsMs) -> ListResponse:
    """A list by similarity."""
    view, rows = current.view, zip(found.items[0].tolist(), found.scores[0].tolist(), strict=True)
    items = [
        Listed(
            item=view.catalogue.items[i], title=view.catalogue.titles[i], fields=view.fields[i], score=score
        )
        for i, score in rows
        if i >= 0
    ]
    return ListResponse(release=current.release, items=items, stages=stages)


def to_stage_timings(stage_timings: StageTimings | None, began: float) -> StageTimingsMs:
    """Milliseconds of the stages and of everything since `began`, as `time.perf_counter` counts."""
    total = 1000 * (time.perf_counter() - began)
    if stage_timings is None:
        return StageTimingsMs(total_ms=round(total, 3))
    names = ("encode_ms", "retrieve_ms", "rank_ms")
    return StageTimingsMs(
        **{name: round(value, 3) for name, value in zip(names, stage_timings, strict=True)},
        total_ms=round(total, 3),
    )


def past(view: ReleaseView, user: str, state: UserState, most: int) -> list[Past]:
    """The newest events of a user, newest first: the live ones, then those of the release."""
    items, titles = view.catalogue.items, view.catalogue.titles
    live = [
        Past(item=event.item, title=titles[index], time=event.time, kind=event.kind)
        for event in reversed(state.events[-most:])
        if (index := view.catalogue.find(event.item)) is not None
    ]
    base = view.users.history(user)
    if state.erased or len(live) >= most:
        return live
    newest = range(len(base.items) - 1, max(-1, len(base.items) - 1 - (most - len(live))), -1)
    known = [(int(base.items[place]), int(base.times[place])) for place in newest]
    return live + [Past(item=items[i], title=titles[i], time=when, kind=BASE_KIND) for i, when in known]


def _place(view: ReleaseView, ranking: Ranking, place: int) -> Recommended:
    index = int(ranking.items[place])
    return Recommended(
        item=view.catalogue.items[index],
        title=view.catalogue.titles[index],
        fields=view.fields[index],
        score=float(ranking.scores[place]),
        relevance=float(ranking.relevance[place]),
        sources=ranking.sources[place],
        actions=ranking.actions[place],
        because=[_reason(view, one) for one in ranking.because[place]] if ranking.because else None,
    )


def _reason(view: ReleaseView, because: SimilarHistoryItem) -> Reason:
    item, title = view.catalogue.items[because.item], view.catalogue.titles[because.item]
    return Reason(item=item, title=title, similarity=round(because.similarity, 4))


def _removed(view: ReleaseView, ranking: Ranking) -> list[RemovedItem]:
    items, titles = view.catalogue.items, view.catalogue.titles
    return [
        RemovedItem(item=items[one.item], title=titles[one.item], filter=one.filter, reason=one.reason)
        for one in ranking.removed
    ]
