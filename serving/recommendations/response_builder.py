"""From what the stages answer to what a client is told."""

from __future__ import annotations

import time

from palate.online import UserState
from palate.recommender.query import Because, Ranking, Took
from palate.retrieve import Found
from serving.api.schemas import (
    Listed,
    ListResponse,
    Past,
    Reason,
    Recommended,
    RecommendRequest,
    RecommendResponse,
    RemovedItem,
    Stages,
)
from serving.releases.active_release import Current
from serving.releases.release_view import Book

BASE_KIND = "known"
"""What an event of the release's own history is called: the release does not need its kind."""


def recommended(
    request: RecommendRequest, current: Current, version: int, ranking: Ranking, stages: Stages
) -> RecommendResponse:
    """A list with everything that the request asks for."""
    book = current.book
    places = range(len(ranking.items))
    return RecommendResponse(
        release=current.release,
        method=book.method,
        user=request.user,
        version=version,
        items=[_place(book, ranking, place) for place in places],
        stages=stages,
        cached=False,
        removed=_removed(book, ranking) if request.debug else None,
    )


def listed(current: Current, found: Found, stages: Stages) -> ListResponse:
    """A list by similarity."""
    book, rows = current.book, zip(found.items[0].tolist(), found.scores[0].tolist(), strict=True)
    items = [
        Listed(
            item=book.catalogue.items[i], title=book.catalogue.titles[i], fields=book.fields[i], score=score
        )
        for i, score in rows
        if i >= 0
    ]
    return ListResponse(release=current.release, items=items, stages=stages)


def stage_times(took: Took | None, began: float) -> Stages:
    """Milliseconds of the stages and of everything since `began`, as `time.perf_counter` counts."""
    total = 1000 * (time.perf_counter() - began)
    if took is None:
        return Stages(total_ms=round(total, 3))
    names = ("encode_ms", "retrieve_ms", "rank_ms")
    return Stages(
        **{name: round(value, 3) for name, value in zip(names, took, strict=True)}, total_ms=round(total, 3)
    )


def past(book: Book, user: str, state: UserState, most: int) -> list[Past]:
    """The newest events of a user, newest first: the live ones, then those of the release."""
    items, titles = book.catalogue.items, book.catalogue.titles
    live = [
        Past(item=event.item, title=titles[index], time=event.time, kind=event.kind)
        for event in reversed(state.events[-most:])
        if (index := book.catalogue.find(event.item)) is not None
    ]
    base = book.users.history(user)
    if state.erased or len(live) >= most:
        return live
    newest = range(len(base.items) - 1, max(-1, len(base.items) - 1 - (most - len(live))), -1)
    known = [(int(base.items[place]), int(base.times[place])) for place in newest]
    return live + [Past(item=items[i], title=titles[i], time=when, kind=BASE_KIND) for i, when in known]


def _place(book: Book, ranking: Ranking, place: int) -> Recommended:
    index = int(ranking.items[place])
    return Recommended(
        item=book.catalogue.items[index],
        title=book.catalogue.titles[index],
        fields=book.fields[index],
        score=float(ranking.scores[place]),
        relevance=float(ranking.relevance[place]),
        sources=ranking.sources[place],
        actions=ranking.actions[place],
        because=[_reason(book, one) for one in ranking.because[place]] if ranking.because else None,
    )


def _reason(book: Book, because: Because) -> Reason:
    item, title = book.catalogue.items[because.item], book.catalogue.titles[because.item]
    return Reason(item=item, title=title, similarity=round(because.similarity, 4))


def _removed(book: Book, ranking: Ranking) -> list[RemovedItem]:
    items, titles = book.catalogue.items, book.catalogue.titles
    return [
        RemovedItem(item=items[one.item], title=titles[one.item], filter=one.filter, reason=one.reason)
        for one in ranking.removed
    ]
