"""Dynamic batching: requests that wait at the same time go through the pipeline together.

`serve.batch` waits for a time or a number; this waits for neither. While a batch is on its way the next
one gathers, so a lone request is not delayed and a crowd shares the cost of a hop.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import NamedTuple

from ray.exceptions import RayActorError
from ray.serve.exceptions import BackPressureError, DeploymentUnavailableError, ReplicaUnavailableError

from palate.live.overlay import Edition
from palate.recommender.query import Query, Ranking, StageTimings
from serving.pipeline.edition_cache import MissingEdition
from serving.pipeline.protocol import Pipeline

UNAVAILABLE = (
    BackPressureError,
    DeploymentUnavailableError,
    MissingEdition,
    RayActorError,
    ReplicaUnavailableError,
    TimeoutError,
)
"""A stage is away, has no time or has forgotten the edition, which no query is to blame for; asking again
would add to its load."""


class QueuedQuery(NamedTuple):
    """A query that no batch has taken up yet."""

    edition: Edition
    query: Query
    answer: asyncio.Future[tuple[Ranking, StageTimings]]


class RequestBatcher:
    """A queue in front of the pipeline."""

    def __init__(self, pipeline: Pipeline, max_batch_size: int, max_batches_in_flight: int) -> None:
        """Take how many queries make a batch at most, and how many batches are on their way at once."""
        self._pipeline = pipeline
        self._max_batch_size = max_batch_size
        self._free_slots = max_batches_in_flight
        self._queue: deque[QueuedQuery] = deque()
        self._in_flight: set[asyncio.Task[None]] = set()

    async def answer(self, edition: Edition, query: Query) -> tuple[Ranking, StageTimings]:
        """The list for one query, and how long the stages took for its batch."""
        answer: asyncio.Future[tuple[Ranking, StageTimings]] = asyncio.get_running_loop().create_future()
        self._queue.append(QueuedQuery(edition, query, answer))
        self._start()
        return await answer

    def _start(self) -> None:
        while self._free_slots and self._queue:
            self._free_slots -= 1
            task = asyncio.get_running_loop().create_task(self._answer_batch(self._next_batch()))
            self._in_flight.add(task)
            task.add_done_callback(self._finished)

    def _next_batch(self) -> list[QueuedQuery]:
        """The queries at the head of the queue that are for one edition, less those that were given up."""
        batch = [self._queue.popleft()]
        edition = batch[0].edition
        while self._queue and len(batch) < self._max_batch_size and self._queue[0].edition == edition:
            batch.append(self._queue.popleft())
        return [queued for queued in batch if not queued.answer.done()] or batch

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._in_flight.discard(task)
        self._free_slots += 1
        self._start()

    async def _answer_batch(self, batch: list[QueuedQuery]) -> None:
        """Answer everybody in the batch; where a query is at fault, it alone is told so."""
        try:
            answered = await self._pipeline.answer(batch[0].edition, [queued.query for queued in batch])
        except Exception as error:  # whatever it is, it belongs to those who wait
            if len(batch) > 1 and not isinstance(error, UNAVAILABLE):
                await self._answer_halves(batch)
            else:
                _fail(batch, error)
            return
        for queued, ranking in zip(batch, answered.rankings, strict=True):
            if not queued.answer.done():
                queued.answer.set_result((ranking, answered.stage_timings))

    async def _answer_halves(self, batch: list[QueuedQuery]) -> None:
        """Look for the query that failed its batch: among n, one costs at most 2 log2(n) smaller batches."""
        middle = len(batch) // 2
        for half in (batch[:middle], batch[middle:]):
            waiting = [queued for queued in half if not queued.answer.done()]
            if waiting:
                await self._answer_batch(waiting)


def _fail(batch: list[QueuedQuery], error: Exception) -> None:
    for queued in batch:
        if not queued.answer.done():
            queued.answer.set_exception(error)
