"""Impression logging: lists wait in a bounded queue and are written in batches; no answer waits for it."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from itertools import islice
from typing import NamedTuple

from asyncpg import PostgresError

from palate.errors import PalateError
from palate.online.impressions.shown_list import ShownList
from palate.online.impressions.store import ImpressionStore
from palate.online.postgres.errors import StoreUnavailable

log = logging.getLogger(__name__)

FAILURES = (PalateError, PostgresError)
"""Of the store: it does not answer, refuses, or failed by itself."""

MOST_LISTS = 500
"""Lists that one statement writes."""
GATHER_SECONDS = 0.2
"""How long the first list of a batch waits for others."""
RETRY_SECONDS = 1.0
LEAVE_SECONDS = 5.0
DROP_SECONDS = 3600.0
"""Between looks for days beyond the retention."""
LIST_BYTES = 600
"""Of a list beside its user and its items: the tuple, its id and its place in the queue."""


class LogCounts(NamedTuple):
    """What has become of lists since the gateway started."""

    written: int
    dropped: int
    """Lists for which the queue had no room, or that the store cannot hold."""
    waiting_bytes: int


class ImpressionLog:
    """Takes lists without waiting; `run` writes them.

    A list is taken from the queue once it is written, so one is lost only with its process, or for want of
    room while the store does not answer.
    """

    def __init__(self, store: ImpressionStore, *, max_bytes: int, retention_days: int) -> None:
        """Take the room of the queue, and how long lists are kept; 0 keeps none, and drops earlier days."""
        self._store = store
        self._max_bytes = max_bytes
        self._retention_days = retention_days
        self._queue: deque[ShownList] = deque()
        self._arrived = asyncio.Event()
        self._bytes = self._written = self._dropped = 0

    @property
    def counts(self) -> LogCounts:
        """What was written and dropped, and what waits."""
        return LogCounts(self._written, self._dropped, self._bytes)

    @property
    def enabled(self) -> bool:
        """Whether lists are kept at all."""
        return self._retention_days > 0

    def add(self, shown: ShownList) -> None:
        """Have a list written soon; it is dropped and counted if the queue has no room."""
        size = list_bytes(shown)
        if self._bytes + size > self._max_bytes:
            self._dropped += 1
            return
        self._queue.append(shown)
        self._bytes += size
        self._arrived.set()

    async def run(self) -> None:
        """Write what comes and drop days beyond the retention; runs until it is cancelled.

        Whatever goes wrong is tried again: the gateway would end with its log.
        """
        next_drop = 0.0
        while True:
            try:
                if time.monotonic() >= next_drop:
                    await self._store.drop_older(self._retention_days)
                    next_drop = time.monotonic() + DROP_SECONDS
                await self._wait(next_drop)
                await self.write_all()
            except FAILURES as error:
                log.warning("Lists that were shown wait to be logged: %s", error)
                await asyncio.sleep(RETRY_SECONDS)

    async def close(self) -> None:
        """Write what waits, for five seconds at most; what is left then is counted as dropped."""
        try:
            async with asyncio.timeout(LEAVE_SECONDS):
                await self.write_all()
        except (*FAILURES, TimeoutError) as error:
            log.warning("%d lists that were shown are not logged: %s", len(self._queue), error)
            self._take(len(self._queue))

    async def write_all(self) -> None:
        """Write until nothing waits; `StoreUnavailable` leaves what was not written in the queue."""
        while batch := list(islice(self._queue, MOST_LISTS)):
            try:
                await self._store.keep(batch)
            except StoreUnavailable:
                raise
            except PalateError:
                await self._write_each(batch)
            else:
                self._take(len(batch), len(batch))

    async def _write_each(self, batch: list[ShownList]) -> None:
        """Write lists by themselves, so that one which cannot be stored takes no other with it."""
        for shown in batch:
            try:
                await self._store.keep([shown])
            except StoreUnavailable:
                raise
            except PalateError as error:
                log.warning("A list that was shown cannot be logged: %s", error)
                self._take(1)
            else:
                self._take(1, 1)

    async def _wait(self, until: float) -> None:
        """Return soon after a list has come, or at `until`, as `time.monotonic` counts."""
        self._arrived.clear()
        if not self._queue:
            try:
                async with asyncio.timeout(max(0.0, until - time.monotonic())):
                    await self._arrived.wait()
            except TimeoutError:
                return
        await asyncio.sleep(GATHER_SECONDS)

    def _take(self, count: int, written: int = 0) -> None:
        """Take lists from the front of the queue, of which so many were written."""
        self._bytes -= sum(list_bytes(self._queue.popleft()) for _ in range(count))
        self._written += written
        self._dropped += count - written


def list_bytes(shown: ShownList) -> int:
    """About what a list takes in memory."""
    return LIST_BYTES + 4 * (len(shown.items) + len(shown.user))
