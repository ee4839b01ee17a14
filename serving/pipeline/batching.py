"""Requests that wait at the same time are answered together: one trip through the stages for many.

`serve.batch` waits for a time or a number; this waits for neither. While a group is on its way the next
one gathers, so a lone request is not delayed and a crowd shares the cost of a hop.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import NamedTuple

from palate.recommender.query import Query, Ranking, StageTimings
from serving.pipeline.protocol import Pipeline


class Waiting(NamedTuple):
    """A query that nobody has taken up yet."""

    release: str
    query: Query
    done: asyncio.Future[tuple[Ranking, StageTimings]]


class RequestBatcher:
    """A queue in front of the stages."""

    def __init__(self, stages: Pipeline, most: int, max_batches_in_flight: int) -> None:
        """Take how many queries make a group at most, and how many groups are on their way at once."""
        self._stages, self._most, self._free = stages, most, max_batches_in_flight
        self._waiting: deque[Waiting] = deque()
        self._under_way: set[asyncio.Task[None]] = set()

    async def answer(self, release: str, query: Query) -> tuple[Ranking, StageTimings]:
        """The list for one query, and how long the stages took for its group."""
        done: asyncio.Future[tuple[Ranking, StageTimings]] = asyncio.get_running_loop().create_future()
        self._waiting.append(Waiting(release, query, done))
        self._start()
        return await done

    def _start(self) -> None:
        while self._free and self._waiting:
            self._free -= 1
            task = asyncio.get_running_loop().create_task(self._answer_group(self._next_group()))
            self._under_way.add(task)
            task.add_done_callback(self._finished)

    def _next_group(self) -> list[Waiting]:
        """The queries at the head of the queue that are for one release."""
        group = [self._waiting.popleft()]
        while self._waiting and len(group) < self._most and self._waiting[0].release == group[0].release:
            group.append(self._waiting.popleft())
        return [one for one in group if not one.done.done()] or group

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        self._free += 1
        self._start()

    async def _answer_group(self, group: list[Waiting]) -> None:
        try:
            answered = await self._stages.answer(group[0].release, [one.query for one in group])
        except Exception as error:  # whatever it is, it belongs to those who wait
            for one in group:
                if not one.done.done():
                    one.done.set_exception(error)
            return
        for one, ranking in zip(group, answered.rankings, strict=True):
            if not one.done.done():
                one.done.set_result((ranking, answered.stage_timings))
