"""Service interfaces: what the routes ask, one protocol a service.

lists         -> recommendations
sessions      -> sessions
shelves       -> shelves
users         -> users
explanations  -> explanations, profiles
catalogue     -> catalogue
items         -> items
reports       -> reports
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import NamedTuple, Protocol

from palate.online.impressions import LogCounts
from serving.api.schemas.catalogue import (
    ForgottenResponse,
    HealthResponse,
    ItemResponse,
    ReadyResponse,
    ReleasesResponse,
    UserResponse,
)
from serving.api.schemas.events import EventsRequest, EventsResponse
from serving.api.schemas.explanations import (
    ExplanationResponse,
    Rejected,
    TokenEvent,
)
from serving.api.schemas.items import ItemPatch, ItemRemoved, ItemsRequest, ItemsResponse, RemovedState
from serving.api.schemas.profiles import LineRequest, ProfileChangeResponse, WrittenProfileResponse
from serving.api.schemas.reports import ExperimentResponse, ReportRequest, ReportResponse
from serving.api.schemas.requests import (
    OWN_LIST,
    ExplainRequest,
    RecommendRequest,
    SearchRequest,
    SimilarRequest,
)
from serving.api.schemas.responses import ListResponse, RecommendResponse
from serving.api.schemas.sessions import SessionRequest, SessionResponse
from serving.api.schemas.shelves import ShelvesRequest, ShelvesResponse


class RecommendationProtocol(Protocol):
    """Makes lists, and keeps which were shown."""

    @property
    def logged(self) -> LogCounts:
        """What has become of the lists that were to be logged."""
        ...

    @property
    def stopped_arms(self) -> dict[tuple[str, str], bool]:
        """Whether each arm but control is stopped, by experiment and arm."""
        ...

    async def recommend(self, request: RecommendRequest) -> RecommendResponse:
        """The best items for a user or for a history."""
        ...

    async def similar(self, request: SimilarRequest) -> ListResponse:
        """The items that are most like one item."""
        ...

    async def search(self, request: SearchRequest) -> ListResponse:
        """The items that fit a text best."""
        ...


class SessionProtocol(Protocol):
    """Refines lists in several turns."""

    async def refine(self, request: SessionRequest) -> SessionResponse:
        """The session after one more turn."""
        ...


class ShelfProtocol(Protocol):
    """Fills home pages."""

    async def shelves(self, request: ShelvesRequest) -> ShelvesResponse:
        """Named rows for a user or a history."""
        ...


class UserProtocol(Protocol):
    """Remembers what users do."""

    @property
    def cached_bytes(self) -> int:
        """Memory that is taken by what may be forgotten: users' live events, and lists made for them."""
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


class ExplanationProtocol(Protocol):
    """Says why."""

    async def explanation(
        self, user_id: str, item_id: str, request: ExplainRequest = OWN_LIST
    ) -> ExplanationResponse:
        """Why an item is recommended to a user, in their own list or in one that they asked for."""
        ...

    def explanation_events(
        self, user_id: str, item_id: str, request: ExplainRequest = OWN_LIST
    ) -> AsyncGenerator[TokenEvent | Rejected | ExplanationResponse]:
        """What is heard while an explanation is written, and at the end the explanation."""
        ...


class ProfileProtocol(Protocol):
    """Keeps what people say of their taste."""

    async def profile(self, user_id: str) -> WrittenProfileResponse:
        """A user's taste in sentences; somebody unknown has none."""
        ...

    async def add(self, user_id: str, request: LineRequest) -> ProfileChangeResponse:
        """Keep a new line in the user's own words."""
        ...

    async def rewrite(self, user_id: str, line: str, request: LineRequest) -> ProfileChangeResponse:
        """Put the user's words in the place of a line."""
        ...

    async def strike(self, user_id: str, line: str) -> ProfileChangeResponse:
        """Delete a written line; make another one count no more."""
        ...

    async def restore(self, user_id: str, line: str) -> ProfileChangeResponse:
        """Make a struck line count again; one that is not struck stays as it is."""
        ...


class CatalogueProtocol(Protocol):
    """Knows the releases, and what works."""

    async def releases(self) -> ReleasesResponse:
        """The releases in the store."""
        ...

    async def health(self) -> HealthResponse:
        """Whether requests can be answered."""
        ...

    async def ready(self) -> ReadyResponse:
        """What works of the gateway, and why the rest does not."""
        ...


class ItemProtocol(Protocol):
    """Keeps the catalogue as it is now."""

    async def item(self, item_id: str) -> ItemResponse:
        """An item of the catalogue."""
        ...

    async def put(self, request: ItemsRequest) -> ItemsResponse:
        """Store items, new ones and others."""
        ...

    async def patch(self, item_id: str, patch: ItemPatch) -> ItemsResponse:
        """Change what is named of an item."""
        ...

    async def remove(self, item_id: str, state: RemovedState) -> ItemRemoved:
        """Take an item off every list."""
        ...


class ReportProtocol(Protocol):
    """Tells what came of what was shown."""

    async def online(self, request: ReportRequest) -> ReportResponse:
        """Click-through and conversion of the lists of some days."""
        ...

    async def experiment(self, name: str) -> ExperimentResponse:
        """What came of the arms of an experiment."""
        ...


class Services(NamedTuple):
    """Answer requests whose shape has been checked.

    Every method may raise `PalateError` (400), `NotFound` (404) and `StoreUnavailable` (503).
    """

    recommendations: RecommendationProtocol
    sessions: SessionProtocol
    shelves: ShelfProtocol
    users: UserProtocol
    explanations: ExplanationProtocol
    profiles: ProfileProtocol
    catalogue: CatalogueProtocol
    items: ItemProtocol
    reports: ReportProtocol
