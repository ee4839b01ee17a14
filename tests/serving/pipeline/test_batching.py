"""Dynamic batching: requests that wait together travel together, each with its own answer."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import numpy as np

from palate.data.histories import History
from palate.live.overlay import Edition, LiveText, LiveVectors, Overlay
from palate.recommender.query import NO_ITEMS, Query, RankedLists, Ranking, SearchQuery, StageTimings
from palate.retrieve import SearchResult
from serving.pipeline.batching import RequestBatcher


class Recorder:
    """A pipeline that answers each query with its own k once `go` is set, and notes the batches."""

    def __init__(self) -> None:
        self.batches: list[tuple[str, list[int]]] = []
        self.go = asyncio.Event()
        self.faulty: set[int] = set()
        """A batch that holds one of these fails."""
        self.away = False

    async def load(self, release: str) -> None: ...

    async def answer(self, edition: Edition, queries: Sequence[Query]) -> RankedLists:
        self.batches.append((edition.release, [query.k for query in queries]))
        await self.go.wait()
        if self.away:
            raise TimeoutError
        for query in queries:
            if query.k in self.faulty:
                raise ValueError(f"{query.k} is at fault")
        return RankedLists([_ranking(query.k) for query in queries], StageTimings(0, 0, 0))

    async def extend(self, edition: Edition, since: int, overlay: Overlay) -> None: ...

    async def encode_live(self, release: str, rows: Sequence[LiveText]) -> LiveVectors:
        raise NotImplementedError

    async def similar(self, edition: Edition, item: int, k: int) -> SearchResult:
        raise NotImplementedError

    async def search(self, edition: Edition, query: SearchQuery) -> SearchResult:
        raise NotImplementedError


def _ranking(k: int) -> Ranking:
    nothing = np.zeros(0, np.float32)
    return Ranking(np.array([k], np.int32), nothing, nothing, [], [], [], [])


def query(k: int) -> Query:
    return Query(History(NO_ITEMS, np.zeros(0, np.int64)), k)


async def enqueue(
    batcher: RequestBatcher, *ks: int, release: str = "a"
) -> list[asyncio.Task[tuple[Ranking, StageTimings]]]:
    tasks = [asyncio.create_task(batcher.answer(Edition(release), query(k))) for k in ks]
    await asyncio.sleep(0)
    return tasks


def test_those_who_wait_while_a_batch_is_under_way_make_the_next_one() -> None:
    async def scenario() -> None:
        pipeline = Recorder()
        batcher = RequestBatcher(pipeline, max_batch_size=3, max_batches_in_flight=1)
        tasks = await enqueue(batcher, 1, 2, 3, 4, 5)
        pipeline.go.set()
        answers = await asyncio.gather(*tasks)
        assert [ranking.items.tolist() for ranking, _ in answers] == [[1], [2], [3], [4], [5]]
        assert pipeline.batches == [("a", [1]), ("a", [2, 3, 4]), ("a", [5])]

    asyncio.run(scenario())


def test_a_batch_is_of_one_release() -> None:
    async def scenario() -> None:
        pipeline = Recorder()
        batcher = RequestBatcher(pipeline, max_batch_size=9, max_batches_in_flight=1)
        tasks = (
            await enqueue(batcher, 1, 2) + await enqueue(batcher, 3, release="b") + await enqueue(batcher, 4)
        )
        pipeline.go.set()
        await asyncio.gather(*tasks)
        assert pipeline.batches == [("a", [1]), ("a", [2]), ("b", [3]), ("a", [4])]

    asyncio.run(scenario())


def test_a_fault_is_answered_to_its_own_request_and_to_no_other() -> None:
    async def scenario() -> None:
        pipeline = Recorder()
        pipeline.faulty = {5}
        batcher = RequestBatcher(pipeline, max_batch_size=9, max_batches_in_flight=1)
        tasks = await enqueue(batcher, 1, 2, 3, 4, 5, 6, 7, 8, 9)
        pipeline.go.set()
        answers = await asyncio.gather(*tasks, return_exceptions=True)
        told = [answer for answer in answers if isinstance(answer, ValueError)]
        listed = [answer[0].items.tolist() for answer in answers if isinstance(answer, tuple)]
        assert [str(error) for error in told] == ["5 is at fault"]
        assert listed == [[1], [2], [3], [4], [6], [7], [8], [9]]
        # One batch of eight, then the half that fails is halved until the one is alone.
        assert [len(ks) for _, ks in pipeline.batches] == [1, 8, 4, 2, 2, 1, 1, 4]

    asyncio.run(scenario())


def test_a_batch_of_faults_alone_is_told_each_its_own() -> None:
    async def scenario() -> None:
        pipeline = Recorder()
        pipeline.faulty = {2, 3}
        batcher = RequestBatcher(pipeline, max_batch_size=9, max_batches_in_flight=1)
        tasks = await enqueue(batcher, 1, 2, 3)
        pipeline.go.set()
        answers = await asyncio.gather(*tasks, return_exceptions=True)
        assert [str(answer) for answer in answers[1:]] == ["2 is at fault", "3 is at fault"]
        pipeline.faulty = set()
        assert (await batcher.answer(Edition("a"), query(7)))[0].items.tolist() == [7]

    asyncio.run(scenario())


def test_a_stage_that_is_away_is_not_asked_again_for_each_request() -> None:
    async def scenario() -> None:
        pipeline = Recorder()
        pipeline.away = True
        batcher = RequestBatcher(pipeline, max_batch_size=9, max_batches_in_flight=1)
        tasks = await enqueue(batcher, 1, 2, 3)
        pipeline.go.set()
        answers = await asyncio.gather(*tasks, return_exceptions=True)
        assert [type(answer) for answer in answers] == [TimeoutError] * 3
        assert pipeline.batches == [("a", [1]), ("a", [2, 3])]

    asyncio.run(scenario())


def test_somebody_who_gave_up_is_not_answered_and_holds_up_nobody() -> None:
    async def scenario() -> None:
        pipeline = Recorder()
        batcher = RequestBatcher(pipeline, max_batch_size=9, max_batches_in_flight=1)
        tasks = await enqueue(batcher, 1, 2, 3)
        tasks[1].cancel()
        pipeline.go.set()
        assert (await tasks[2])[0].items.tolist() == [3]
        assert pipeline.batches == [("a", [1]), ("a", [3])]

    asyncio.run(scenario())


def test_several_batches_travel_at_once() -> None:
    async def scenario() -> None:
        pipeline = Recorder()
        batcher = RequestBatcher(pipeline, max_batch_size=1, max_batches_in_flight=2)
        tasks = await enqueue(batcher, 1, 2, 3)
        await asyncio.sleep(0)
        assert pipeline.batches == [("a", [1]), ("a", [2])]
        pipeline.go.set()
        await asyncio.gather(*tasks)

    asyncio.run(scenario())
