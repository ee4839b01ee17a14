"""Response: from what the pipeline answers to what a client is told."""

from __future__ import annotations

import time

from palate.online.impressions import new_list_id
from palate.recommender.query import Ranking, SimilarHistoryItem, StageTimings
from palate.retrieve import SearchResult
from palate.steering import Steering
from serving.api.schemas import (
    Listed,
    ListResponse,
    Reason,
    Recommended,
    RecommendRequest,
    RecommendResponse,
    RemovedItem,
    StageTimingsMs,
)
from serving.recommendations.steering import to_understood
from serving.releases.active_release import ActiveRelease
from serving.releases.category_names import unknown_categories
from serving.releases.release_view import ReleaseView
from serving.users.live_users import LiveUser


def to_recommend_response(
    request: RecommendRequest,
    user: LiveUser,
    ranking: Ranking,
    *,
    stages: StageTimingsMs,
    steering: Steering | None,
) -> RecommendResponse:
    """A list with everything that the request asks for, and how its words were understood."""
    view = user.view
    return RecommendResponse(
        list=new_list_id(),
        release=user.release,
        method=view.method,
        user=request.user,
        version=user.state.version,
        items=[_recommended(view, ranking, row) for row in range(len(ranking.items))],
        stages=stages,
        cached=False,
        ignored=view.unknown_items([*(request.history or []), *request.exclude]),
        warnings=unknown_categories(request.filters, view.category_names),
        removed=_removed(view, ranking) if request.debug else None,
        steering=to_understood(steering, view),
    )


def to_list_response(
    active: ActiveRelease,
    nearest: SearchResult,
    stages: StageTimingsMs,
    steering: Steering | None = None,
) -> ListResponse:
    """A list by similarity, and how the words that asked for it were understood."""
    # Row 0 is the only query's; -1 fills the places for which there was no item.
    pairs = zip(nearest.items[0].tolist(), nearest.scores[0].tolist(), strict=True)
    items = [_listed(active.view, index, score) for index, score in pairs if index >= 0]
    told = to_understood(steering, active.view)
    return ListResponse(list=new_list_id(), release=active.release, items=items, stages=stages, steering=told)


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


def _listed(view: ReleaseView, index: int, score: float) -> Listed:
    items, titles = view.names.items, view.names.titles
    return Listed(item=items[index], title=titles[index], fields=view.fields[index], score=score)


def _recommended(view: ReleaseView, ranking: Ranking, row: int) -> Recommended:
    index = int(ranking.items[row])
    return Recommended(
        item=view.names.items[index],
        title=view.names.titles[index],
        fields=view.fields[index],
        score=float(ranking.scores[row]),
        relevance=float(ranking.relevance[row]),
        sources=ranking.sources[row],
        actions=ranking.actions[row],
        propensity=None if ranking.propensities is None else float(ranking.propensities[row]),
        because=[_reason(view, similar) for similar in ranking.because[row]] if ranking.because else None,
    )


def _reason(view: ReleaseView, similar: SimilarHistoryItem) -> Reason:
    item, title = view.names.items[similar.item], view.names.titles[similar.item]
    return Reason(item=item, title=title, similarity=round(similar.similarity, 4))


def _removed(view: ReleaseView, ranking: Ranking) -> list[RemovedItem]:
    items, titles = view.names.items, view.names.titles
    return [
        RemovedItem(
            item=items[removed.item],
            title=titles[removed.item],
            filter=removed.filter,
            reason=removed.reason,
        )
        for removed in ranking.removed
    ]
