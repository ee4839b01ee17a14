"""Fused and graph mode are the same stages: whatever is asked, both give the same lists."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import numpy as np
import pytest
from ray import serve

from palate.data.histories import History
from palate.errors import PalateError
from palate.live.overlay import Edition, LiveRow, LiveText, Overlay
from palate.online.items import ItemState
from palate.rank.rules import Rules
from palate.recommender.query import Query, RankedLists, SearchQuery
from palate.release import release_ids
from palate.retrieve import SearchResult
from palate.steering import Steer
from palate.storage import Folder
from serving.app import stage_deployments
from serving.pipeline import edition_sender
from serving.pipeline.graph import GraphPipeline
from serving.pipeline.local import LocalPipeline
from serving.pipeline.protocol import Pipeline
from serving.settings import ServingSettings
from tests.support.releases.small import publish_tiny

Ask = Callable[[Pipeline, str], Coroutine[Any, Any, Any]]


class Asker:
    """Stands where the gateway stands."""

    def __init__(self, encoder: Any, reranker: Any, *retrievers: Any) -> None:
        self._stages = GraphPipeline(encoder, retrievers, reranker)

    async def ask(self, name: str, *arguments: Any) -> Any:
        return await getattr(self._stages, name)(*arguments)


@pytest.fixture(scope="module", params=[1, 2, 3])
def graph(request: pytest.FixtureRequest, served_releases: Folder) -> Any:
    settings = ServingSettings(mode="graph", releases=served_releases.uri, shards=request.param)
    asker = serve.deployment(Asker).bind(*stage_deployments(settings))
    handle = serve.run(asker, _local_testing_mode=True)
    for release in release_ids(served_releases):
        handle.ask.remote("load", release).result()  # which may take longer than a hop
    return handle


@pytest.fixture(scope="module")
def fused(served_releases: Folder) -> LocalPipeline:
    return LocalPipeline(served_releases.uri)


def history(*items: int) -> History:
    return History(np.array(items, np.int32), np.arange(len(items), dtype=np.int64) * 3600)


QUERIES = [
    Query(history(0, 1, 2)),
    Query(history(), k=12),
    Query(history(6, 7, 1), k=3, disliked=np.array([8], np.int32), exclude=np.array([9, 10], np.int32)),
    Query(history(3), k=5, rules=Rules(diversity=0.5, explore=0.4, seed=3), explain=True, debug=True),
    Query(history(*range(12))),
    Query(history(0, 1), steer=Steer("a serious drama", unwanted=("something funny",), liked=(7,))),
    Query(history(), k=4, steer=Steer(text="a serious drama"), debug=True),
    Query(history(2), k=4, steer=Steer(tastes=("a serious drama", "hello"), distastes=("something funny",))),
]


def places(answered: RankedLists) -> list[dict[str, Any]]:
    return [
        {
            "items": ranking.items.tolist(),
            "scores": np.round(ranking.scores, 5).tolist(),
            "sources": [sorted(sources) for sources in ranking.sources],
            "because": [[one.item for one in because] for because in ranking.because],
            "removed": ranking.removed,
        }
        for ranking in answered.rankings
    ]


def found(nearest: SearchResult) -> list[list[int]]:
    return nearest.items.tolist()


def both(graph: Any, fused: LocalPipeline, name: str, *arguments: Any) -> tuple[Any, Any]:
    return graph.ask.remote(name, *arguments).result(), asyncio.run(getattr(fused, name)(*arguments))


def test_lists_of_a_group_are_the_same(graph: Any, fused: LocalPipeline, served_releases: Folder) -> None:
    for release in release_ids(served_releases):
        ours, theirs = both(graph, fused, "answer", Edition(release), QUERIES)
        assert places(ours) == places(theirs)
        assert all(milliseconds >= 0 for milliseconds in ours.stage_timings)


def test_a_query_in_a_group_is_answered_as_by_itself(fused: LocalPipeline, served_releases: Folder) -> None:
    release = release_ids(served_releases)[0]
    together = asyncio.run(fused.answer(Edition(release), QUERIES))
    alone = [asyncio.run(fused.answer(Edition(release), [query])).rankings[0] for query in QUERIES]
    assert [one.items.tolist() for one in alone] == [one.items.tolist() for one in together.rankings]


def test_neighbours_of_items_and_texts_are_the_same(
    graph: Any, fused: LocalPipeline, served_releases: Folder
) -> None:
    release = release_ids(served_releases)[0]
    sought = SearchQuery(Steer("a serious drama", liked=(7,)), 4)
    for name, asked in [("similar", (4, 4)), ("search", (sought,))]:
        ours, theirs = both(graph, fused, name, Edition(release), *asked)
        assert found(ours) == found(theirs)


def test_texts_are_related_to_the_catalogue_in_both_or_in_neither(
    graph: Any, fused: LocalPipeline, served_releases: Folder
) -> None:
    release = release_ids(served_releases)[0]
    texts = ["Comedy 1. A comedy of the year 1991", "I do not know.", "a serious drama"]
    ours, theirs = both(graph, fused, "are_related", release, texts)
    assert ours == theirs
    assert len(ours) == len(texts)


def live_rows(*states: ItemState, first: int = 12) -> list[LiveRow]:
    """New comedies, and what became of two known items."""
    new = [
        LiveRow(first + slot, f"n{slot}", {"title": f"Comedy {slot + 20}"}, state, f"Comedy {slot + 20}")
        for slot, state in enumerate(states)
    ]
    known = [("i01", 1, ItemState.UNAVAILABLE), ("i04", 4, ItemState.AVAILABLE)]
    return [*(LiveRow(index, item, {"title": f"Known {index}"}, state) for item, index, state in known), *new]


def test_live_items_are_on_the_same_places_in_both(
    graph: Any, fused: LocalPipeline, served_releases: Folder
) -> None:
    rows = live_rows(ItemState.AVAILABLE, ItemState.GONE, ItemState.AVAILABLE)
    with_live = [*QUERIES, Query(history(0, 12), k=14, explain=True), Query(history(12, 14), k=14)]
    for number, release in enumerate(release_ids(served_releases), 1):
        texts = [LiveText(row.item_index, row.fields["title"]) for row in rows]
        vectors, others = both(graph, fused, "encode_live", release, texts)
        assert np.allclose(vectors.text, others.text, atol=1e-6)
        edition = Edition(release, number, "here")
        both(graph, fused, "extend", edition, 0, Overlay.of(number, rows, vectors))
        ours, theirs = both(graph, fused, "answer", edition, with_live)
        assert places(ours) == places(theirs)
        listed = {item for ranking in ours.rankings for item in ranking.items.tolist()}
        assert {12, 14} <= listed
        assert not {1, 13} & listed
        sought = SearchQuery(Steer("Comedy 20"), 14)
        for name, asked in [("similar", (12, 14)), ("similar", (0, 14)), ("search", (sought,))]:
            ours, theirs = both(graph, fused, name, edition, *asked)
            assert found(ours) == found(theirs)
            assert not {1, 13} & set(ours.items[0].tolist())


def test_a_stage_that_missed_an_edition_is_told_when_it_is_asked(
    graph: Any, served_releases: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = release_ids(served_releases)[0]
    edition, rows = Edition(release, 1, "elsewhere"), live_rows(ItemState.AVAILABLE)
    texts = [LiveText(row.item_index, "new") for row in rows]
    vectors = graph.ask.remote("encode_live", release, texts).result()
    with pytest.raises(PalateError, match="ask again"):
        graph.ask.remote("answer", edition, QUERIES).result()

    async def nobody_hears(*_: Any) -> None: ...

    monkeypatch.setattr(edition_sender, "_told", nobody_hears)
    graph.ask.remote("extend", edition, 0, Overlay.of(1, rows, vectors)).result()
    answered = graph.ask.remote("answer", edition, [Query(history(0), k=13)]).result()
    assert 12 in answered.rankings[0].items.tolist()


def test_a_release_that_is_not_there_is_refused_by_both(graph: Any, fused: LocalPipeline) -> None:
    with pytest.raises(PalateError, match="There is no release"):
        graph.ask.remote("load", "20200101-000000-abcdef").result()
    with pytest.raises(PalateError, match="There is no release"):
        asyncio.run(fused.load("20200101-000000-abcdef"))


def test_graph_covers_a_catalogue_smaller_than_its_parts(
    served_run: Folder, tmp_path_factory: pytest.TempPathFactory
) -> None:
    releases = Folder(str(tmp_path_factory.mktemp("parts")))
    release = publish_tiny(served_run, releases, "ease").manifest.id
    settings = ServingSettings(mode="graph", releases=releases.uri, shards=20)
    asker = serve.deployment(Asker).bind(*stage_deployments(settings))
    handle = serve.run(asker, _local_testing_mode=True)
    answered = handle.ask.remote("answer", Edition(release), [Query(history(0, 1, 2), k=2)]).result()
    assert set(answered.rankings[0].items.tolist()) == {3, 5}
