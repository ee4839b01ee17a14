"""Cost of a request against the rate limit: one that makes the server work like several counts as several.

    cost = 1 + (k - 1) // 25 + (history + exclude) // 250 + boosts // 5 + (events - 1) // 100

in whole numbers, where k is the length of the list and the others are numbers of items, boosts and events.
"""

from __future__ import annotations

from serving.api.schemas.events import EventsRequest
from serving.api.schemas.requests import RecommendRequest, SearchRequest, SimilarRequest

PLACES = 25
ITEMS = 250
BOOSTS = 5
EVENTS = 100
"""So many of each cost as much as a request."""


def cost_of(request: RecommendRequest | SimilarRequest | SearchRequest | EventsRequest) -> int:
    """How many requests a request counts as, at least 1."""
    if isinstance(request, EventsRequest):
        return 1 + (len(request.events) - 1) // EVENTS
    cost = 1 + (request.k - 1) // PLACES
    if isinstance(request, RecommendRequest):
        cost += (len(request.history or ()) + len(request.exclude)) // ITEMS
        cost += len(request.filters.boosts) // BOOSTS
    return cost
