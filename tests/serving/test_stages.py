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
from palate.rank.rules import Rules
from palate.recommender.query import Query, RankedLists, SearchQuery
from palate.release import release_ids
from palate.retrieve import SearchResult
from palate.steering import Steer
from palate.storage import Folder
from serving.app import stage_deployments
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
        ours, theirs = both(graph, fused, "answer", release, QUERIES)
        assert places(ours) == places(theirs)
        assert all(milliseconds >= 0 for milliseconds in ours.stage_timings)


def test_a_query_in_a_group_is_answered_as_by_itself(fused: LocalPipeline, served_releases: Folder) -> None:
    release = release_ids(served_releases)[0]
    together = asyncio.run(fused.answer(release, QUERIES))
    alone = [asyncio.run(fused.answer(release, [query])).rankings[0] for query in QUERIES]
    assert [one.items.tolist() for one in alone] == [one.items.tolist() for one in together.rankings]


def test_neighbours_of_items_and_texts_are_the_same(
    graph: Any, fused: LocalPipeline, served_releases: Folder
) -> None:
    release = release_ids(served_releases)[0]
    sought = SearchQuery(Steer("a serious drama", liked=(7,)), 4)
    for name, asked in [("similar", (4, 4)), ("search", (sought,))]:
        ours, theirs = both(graph, fused, name, release, *asked)
        assert found(ours) == found(theirs)


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
    answered = handle.ask.remote("answer", release, [Query(history(0, 1, 2), k=2)]).result()
    assert set(answered.rankings[0].items.tolist()) == {3, 5}
