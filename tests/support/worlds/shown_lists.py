"""Lists as the endpoint logs that it has shown them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from palate.online.impressions import ShownItem, ShownList, new_list_id
from palate.online.impressions.shown_list import items_json, list_time


def shown_to_ann(items: Iterable[str], sources: Mapping[str, float]) -> ShownList:
    """A new list of these items that was recommended to "ann", each with a score of 1."""
    list_id = new_list_id()
    return ShownList(
        id=list_id,
        time=list_time(list_id),
        user="ann",
        version=0,
        kind="recommend",
        release="r1",
        arm="",
        items=items_json(ShownItem(item, score=1.0, sources=sources) for item in items),
    )
