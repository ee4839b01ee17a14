"""What the routes need somebody to do."""

from __future__ import annotations

from typing import Protocol

from serving.api.events import EventsRequest, EventsResponse
from serving.api.known import (
    ForgottenResponse,
    HealthResponse,
    ItemResponse,
    ReleasesResponse,
    UserResponse,
)
from serving.api.requests import RecommendRequest, SearchRequest, SimilarRequest
from serving.api.responses import ListResponse, RecommendResponse


class Service(Protocol):
    """Answers requests whose shape has been checked.

    Every method may raise `PalateError` (400), `NotFound` (404) and `StoreUnavailable` (503).
    """

    async def recommend(self, request: RecommendRequest) -> RecommendResponse:
        """The best items for a user or for a history."""
        ...

    async def similar(self, request: SimilarRequest) -> ListResponse:
        """The items that are most like one item."""
        ...

    async def search(self, request: SearchRequest) -> ListResponse:
        """The items that fit a text best."""
        ...

    async def record(self, request: EventsRequest) -> EventsResponse:
        """Store events; those with a known id change nothing."""
        ...

    async def user(self, user_id: str) -> UserResponse:
        """What is known of a user; somebody unknown is no error."""
        ...

    async def forget(self, user_id: str) -> ForgottenResponse:
        """Erase a user."""
        ...

    async def item(self, item_id: str) -> ItemResponse:
        """An item of the catalogue."""
        ...

    async def releases(self) -> ReleasesResponse:
        """The releases in the store."""
        ...

    async def health(self) -> HealthResponse:
        """Whether requests can be answered."""
        ...
