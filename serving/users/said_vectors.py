"""Vectors of what users wrote: from memory, from the store, or newly encoded, and never twice.

event -> stored -> acknowledged;   in the background: encoded -> kept beside the event
list  -> memory -> store -> encoded only where neither has it -> kept in both
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Sequence

import numpy as np
from numpy.typing import NDArray

from palate.errors import PalateError
from palate.live.said import NOTHING_SAID, Said
from palate.online import LiveEvent, StoreUnavailable
from palate.online.cache import ENTRY_BYTES, LruCache
from palate.online.event_texts import EventTextStore, EventVector
from palate.online.history import SaidText
from serving.pipeline.batching import UNAVAILABLE
from serving.pipeline.protocol import Pipeline
from serving.releases.active_release import ActiveRelease, ReleaseWatcher
from serving.users.live_users import LiveUser

log = logging.getLogger("ray.serve")

MOST_WAITING = 1000
"""Texts that wait to be encoded; what comes beyond is encoded for the first list that needs it."""
ENCODED_TOGETHER = 32

Vector = NDArray[np.float32]


class SaidVectors:
    """Vectors of texts by encoder and text, in so many bytes of memory, with the store behind them."""

    def __init__(
        self, watcher: ReleaseWatcher, pipeline: Pipeline, texts: EventTextStore, max_bytes: int
    ) -> None:
        self._watcher, self._pipeline = watcher, pipeline
        self._texts = texts
        self._cache: LruCache[tuple[str, str], Vector] = LruCache(max_bytes)
        self._waiting = 0
        self._one_at_a_time = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def bytes(self) -> int:
        """What is held in memory."""
        return self._cache.bytes

    async def said(self, user: LiveUser, active: ActiveRelease) -> Said:
        """What a user wrote, as vectors; in the usual case without a wait."""
        texts = user.live.said
        if not texts:
            return NOTHING_SAID
        encoder = user.view.encoder_id
        if self._missing(encoder, texts):
            await self._fetch(encoder, user.id, self._missing(encoder, texts))
        left = self._missing(encoder, texts)
        made = await self._encoded(active, [one.event for one in left]) if left else {}
        vectors = [self._cache.get((encoder, one.text)) for one in texts]
        rows = [
            made[one.text] if vector is None else vector for one, vector in zip(texts, vectors, strict=True)
        ]
        return Said(np.stack(rows), np.array([one.place for one in texts], np.int64))

    def prepare(self, events: Sequence[LiveEvent]) -> None:
        """Have the vectors of new events ready soon; nobody waits for it."""
        told = [event for event in events if event.text]
        if not told or self._waiting + len(told) > MOST_WAITING:
            return
        self._waiting += len(told)
        self._start(self._prepare(told))

    async def settled(self) -> None:
        """Wait for all that goes on in the background."""
        while self._tasks:
            await asyncio.gather(*self._tasks)

    async def _prepare(self, events: Sequence[LiveEvent]) -> None:
        try:
            async with self._one_at_a_time:
                for first in range(0, len(events), ENCODED_TOGETHER):
                    await self._encoded(self._watcher.active, events[first : first + ENCODED_TOGETHER])
        except (PalateError, *UNAVAILABLE) as error:
            log.info("texts are encoded when a list needs them (%s)", type(error).__name__)
        finally:
            self._waiting -= len(events)

    def _missing(self, encoder: str, texts: Sequence[SaidText]) -> list[SaidText]:
        return [one for one in texts if self._cache.get((encoder, one.text)) is None]

    async def _fetch(self, encoder: str, user: str, texts: Sequence[SaidText]) -> None:
        """Put what the store has of these texts into memory; a store that is away has nothing."""
        try:
            found = await self._texts.vectors(user, [one.event.id for one in texts], encoder)
        except StoreUnavailable:
            return
        for one in texts:
            if one.event.id in found:
                self._put(encoder, one.text, np.frombuffer(found[one.event.id], np.float32))

    async def _encoded(self, active: ActiveRelease, events: Sequence[LiveEvent]) -> dict[str, Vector]:
        """Vectors by text, newly encoded; they are put into memory, and into the store in the background."""
        texts = list(dict.fromkeys(event.text for event in events if event.text))
        vectors = await self._pipeline.encode_requests(active.release, texts)
        made = dict(zip(texts, vectors, strict=True))
        encoder = active.view.encoder_id
        for text, vector in made.items():
            self._put(encoder, text, vector.copy())
        kept = [
            EventVector(event.user, id=event.id, text=event.text, vector=made[event.text].tobytes())
            for event in events
            if event.text
        ]
        self._start(self._keep(encoder, kept))
        return made

    async def _keep(self, encoder: str, made: Sequence[EventVector]) -> None:
        try:
            await self._texts.keep(encoder, made)
        except PalateError as error:  # the next gateway that needs them encodes them anew
            log.info("vectors of texts are not kept (%s)", type(error).__name__)

    def _put(self, encoder: str, text: str, vector: Vector) -> None:
        self._cache.put((encoder, text), vector, ENTRY_BYTES + 4 * len(text) + vector.nbytes)

    def _start(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
