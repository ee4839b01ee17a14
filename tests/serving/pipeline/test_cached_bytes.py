"""What a remembered list is said to take in memory is what it takes, so that the caches' room is kept."""

from __future__ import annotations

import tracemalloc

import pytest

from palate.online.impressions import new_list_id
from serving.api.schemas import Recommended, RecommendResponse, StageTimingsMs
from serving.users.live_users import response_bytes


def response(k: int) -> RecommendResponse:
    """A list of `k` items, every part of it an object of its own."""
    items = [
        Recommended(
            item=f"item-{number}",
            title=f"A title of the usual length, {number}",
            fields={"genres": f"drama|{number}", "year": f"19{number}"},
            score=number / 7,
            relevance=number / 3,
            sources={"sequence": number / 11, "ease": number / 13},
            actions={"like": number / 17},
        )
        for number in range(k)
    ]
    stages = StageTimingsMs(encode_ms=1.5, retrieve_ms=2.5, rank_ms=3.5, total_ms=8.5)
    return RecommendResponse(
        list=new_list_id(),
        release="r1",
        method="hybrid",
        user="u1",
        version=7,
        items=items,
        stages=stages,
        cached=False,
    )


@pytest.mark.parametrize("k", [1, 10, 100])
def test_a_list_weighs_what_it_takes_in_memory(k: int) -> None:
    response(1)  # what the models make at their first use is no part of it
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    held = response(k)
    taken = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert taken <= response_bytes(held) <= 3 * taken
