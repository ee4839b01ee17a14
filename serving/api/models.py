"""All models of the API in one place, for those who answer and for those who ask."""

from serving.api.events import Event, EventsRequest, EventsResponse
from serving.api.failure import ErrorBody, ErrorResponse
from serving.api.known import (
    ForgottenResponse,
    HealthResponse,
    ItemResponse,
    Past,
    ReleaseInfo,
    ReleasesResponse,
    Taste,
    UserResponse,
)
from serving.api.requests import Boost, Filters, RecommendRequest, SearchRequest, SimilarRequest
from serving.api.responses import (
    Listed,
    ListResponse,
    Reason,
    Recommended,
    RecommendResponse,
    RemovedItem,
    Stages,
)

__all__ = [
    "Boost",
    "ErrorBody",
    "ErrorResponse",
    "Event",
    "EventsRequest",
    "EventsResponse",
    "Filters",
    "ForgottenResponse",
    "HealthResponse",
    "ItemResponse",
    "ListResponse",
    "Listed",
    "Past",
    "Reason",
    "RecommendRequest",
    "RecommendResponse",
    "Recommended",
    "ReleaseInfo",
    "ReleasesResponse",
    "RemovedItem",
    "SearchRequest",
    "SimilarRequest",
    "Stages",
    "Taste",
    "UserResponse",
]
