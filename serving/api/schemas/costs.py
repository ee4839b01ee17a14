"""Cost of a request against the rate limit: one that makes the server work like several counts as several.

    cost = 1 + (k - 1) // 25 + (history + exclude) // 250 + boosts // 5 + (events + items - 1) // 100
           + texts // 25

in whole numbers, where k is the length of the list and the others are numbers of items, boosts, events,
items that are put into the catalogue and events with a text.
"""

from __future__ import annotations

from serving.api.schemas.events import EventsRequest
from serving.api.schemas.items import ItemsRequest
from serving.api.schemas.requests import PersonalRequest, RecommendRequest, SearchRequest, SimilarRequest
from serving.api.schemas.sessions import SessionRequest
from serving.api.schemas.shelves import ShelvesRequest

PLACES = 25
ITEMS = 250
BOOSTS = 5
EVENTS = 100
NEW_ITEMS = 100
TEXTS = 25
"""So many of each cost as much as a request."""


Lists = RecommendRequest | SessionRequest | ShelvesRequest | SimilarRequest | SearchRequest
Chargeable = Lists | EventsRequest | ItemsRequest


def cost_of(request: Chargeable) -> int:
    """How many requests a request counts as, at least 1."""
    if isinstance(request, EventsRequest):
        texts = sum(event.text is not None for event in request.events)
        return 1 + (len(request.events) - 1) // EVENTS + texts // TEXTS
    if isinstance(request, ItemsRequest):
        return 1 + (len(request.items) - 1) // NEW_ITEMS
    cost = 1 + (request.k - 1) // PLACES
    if isinstance(request, PersonalRequest):
        cost += (len(request.history or ()) + len(request.exclude)) // ITEMS
        cost += len(request.filters.boosts) // BOOSTS
    return cost
