"""Impressions: what the log keeps of a response."""

from __future__ import annotations

from palate.online.impressions import ShownItem, ShownList
from palate.online.impressions.shown_list import ANONYMOUS, arms_text, items_json, list_time
from serving.api.schemas import ListResponse, RecommendResponse


def shown_list(response: RecommendResponse) -> ShownList:
    """A list for a user, or for somebody anonymous."""
    places = (ShownItem(place.item, place.score, place.sources, place.propensity) for place in response.items)
    return ShownList(
        id=response.list,
        time=list_time(response.list),
        user=response.user or ANONYMOUS,
        version=response.version,
        kind="recommend",
        release=response.release,
        arm=arms_text(response.arms),
        items=items_json(places),
    )


def shown_similar(kind: str, response: ListResponse, version: int = 0) -> ShownList:
    """A list by similarity, for a version of a user if for one; its only source is what was asked for."""
    places = (ShownItem(place.item, place.score, {kind: place.score}) for place in response.items)
    return ShownList(
        id=response.list,
        time=list_time(response.list),
        user=response.user or ANONYMOUS,
        version=version,
        kind=kind,
        release=response.release,
        arm="",
        items=items_json(places),
    )
