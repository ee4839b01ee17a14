"""Release cache: a stage of each release that is in use, loaded beside the work."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, TypeVar

from palate.errors import PalateError
from palate.recommender.artefacts import Artefacts
from palate.release import read_pointer
from palate.storage import Folder
from serving.pipeline.open_releases import OPEN_RELEASES

log = logging.getLogger("ray.serve")

Stage = TypeVar("Stage")
Result = TypeVar("Result")

MAX_RELEASES = 4
"""Releases in memory at most: the current one, the one before, and those that arms of experiments name."""
IDLE_S = 300.0
"""Seconds after which one that nobody asked for goes."""


class ReleaseCache(Generic[Stage]):
    """Stages by release id. Every call names the release it is for, so no answer mixes two."""

    def __init__(self, releases: str, load: Callable[[Artefacts], Stage]) -> None:
        """Take the URI of the releases, and what makes the stage of one; nothing is loaded yet."""
        self._releases = Folder(releases)
        self._load = load
        self._stages: OrderedDict[str, asyncio.Task[Stage]] = OrderedDict()
        self._asked: dict[str, float] = {}
        # One thread: a stage's libraries use the cores by themselves, and the event loop stays free.
        self._executor = ThreadPoolExecutor(1, "stage")

    async def start(self) -> None:
        """Load the current release, so that a replica is asked only once it can answer."""
        try:
            pointer = await asyncio.to_thread(read_pointer, self._releases)
            if pointer.current is not None:
                await self.get(pointer.current)
        except PalateError as error:
            # The gateways refuse such a release too, and go on with one that this replica loads when asked.
            log.error("the current release cannot be loaded: %s", error)

    async def get(self, release: str) -> Stage:
        """The stage of this release, loaded if need be; `PalateError` for one that is missing or broken."""
        if release not in self._stages:
            self._stages[release] = asyncio.ensure_future(asyncio.to_thread(self._opened, release))
        self._stages.move_to_end(release)
        self._asked[release] = time.monotonic()
        try:
            # Shielded: that one caller gives up must not stop the loading for the others.
            stage = await asyncio.shield(self._stages[release])
        except Exception:
            self._stages.pop(release, None)
            raise
        self._forget()
        return stage

    def is_loaded(self, release: str) -> bool:
        """Whether the stage of this release is here."""
        return release in self._stages and self._stages[release].done()

    async def run(self, release: str, work: Callable[[Stage], Result]) -> Result:
        """What `work` makes of the stage, in the thread of the stages."""
        return await self.run_with(await self.get(release), work)

    async def run_with(self, stage: Stage, work: Callable[[Stage], Result]) -> Result:
        """What `work` makes of a stage that was made of one of these, in their thread."""
        return await asyncio.get_running_loop().run_in_executor(self._executor, work, stage)

    def _forget(self) -> None:
        """Let go what is idle, and of more than may be here those that were idle for the longest time."""
        idle_since = time.monotonic() - IDLE_S
        for place, release in enumerate(reversed(list(self._stages))):
            if place and (place >= MAX_RELEASES or self._asked[release] < idle_since):
                del self._stages[release], self._asked[release]

    def _opened(self, release: str) -> Stage:
        try:
            return self._load(OPEN_RELEASES.get(self._releases, release))
        except (PalateError, OSError, MemoryError):  # may pass, so the watcher tries again
            raise
        except Exception as error:  # its files are as they were published, so it was made wrong
            reason = f"{type(error).__name__}: {error}"
            raise PalateError(
                f"Release {release} cannot be loaded ({reason}); publish it again with this version of Palate"
            ) from error
