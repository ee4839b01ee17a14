"""Shelf service: a person's long list, and what is like the items that they took, as rows with titles."""

from __future__ import annotations

import asyncio

from palate.shelves import After, Shelf, ShelfPlan, shelf_phrases, shelves_of
from palate.shelves.anchors import RANKED, SIMILAR, latest_items
from serving.api.schemas import RecommendRequest
from serving.api.schemas.shelves import ShelfBody, ShelvedItem, ShelvesRequest, ShelvesResponse
from serving.pipeline.protocol import Pipeline
from serving.recommendations.query_builder import query_of
from serving.recommendations.recommendation_service import RecommendationService, again_if_forgotten
from serving.releases.release_view import ReleaseView
from serving.users.live_users import LiveUser


class ShelfService:
    """One gateway's shelves."""

    def __init__(self, recommendations: RecommendationService, pipeline: Pipeline) -> None:
        self._recommendations = recommendations
        self._pipeline = pipeline

    async def shelves(self, request: ShelvesRequest) -> ShelvesResponse:
        """Named rows for a user or a history."""
        return await again_if_forgotten(lambda: self._shelves(request))

    async def _shelves(self, request: ShelvesRequest) -> ShelvesResponse:
        listener = await self._recommendations.listener(request)
        user = listener.user
        fields = ("user", "history", "exclude", "filters")
        asked = RecommendRequest(**{name: getattr(request, name) for name in fields})
        query = query_of(asked, user, None)._replace(k=RANKED)
        ranking = await self._recommendations.ranking(listener, query)
        facts, view = user.view.requests.facts, user.view
        # Of live items, which the facts lack, no claim can be checked.
        ranked = ranking.items[ranking.items < len(facts.titles)]
        anchors = await asyncio.gather(*(self._after(user, item) for item in latest_items(query.history)))
        plan = ShelfPlan(ranked, [name for name, _ in view.taste(query.history)], anchors)
        found = shelves_of(plan, facts, shelf_phrases(request.language), most=request.shelves, size=request.k)
        bodies = [_body(shelf, view) for shelf in found]
        return ShelvesResponse(release=user.release, user=request.user, shelves=bodies)

    async def _after(self, user: LiveUser, item: int) -> After:
        nearest = await self._pipeline.similar(user.edition, item, SIMILAR)
        similar = tuple(found for found in nearest.items[0].tolist() if found >= 0)
        return After(item, user.view.names.titles[item], similar)


def _body(shelf: Shelf, view: ReleaseView) -> ShelfBody:
    names, titles = view.names.items, view.names.titles
    items = [
        ShelvedItem(item=names[item], title=titles[item], fields=view.fields[item]) for item in shelf.items
    ]
    return ShelfBody(title=shelf.title, items=items)
