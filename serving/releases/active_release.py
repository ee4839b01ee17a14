"""Hot swap: follows the pointer to the current release, and swaps once the new one is ready everywhere."""

from __future__ import annotations

import asyncio
import logging
from typing import NamedTuple

from palate.errors import PalateError
from palate.release import read_pointer
from palate.storage import Folder
from serving.pipeline.protocol import Pipeline
from serving.pipeline.release_cache import ReleaseCache
from serving.releases.release_view import ReleaseView

log = logging.getLogger("ray.serve")


class ActiveRelease(NamedTuple):
    """A release that is ready. A request takes one at its start and keeps it to its end."""

    release: str
    view: ReleaseView


class ReleaseWatcher:
    """The release that new requests are answered from."""

    def __init__(self, releases: str, pipeline: Pipeline, watch_s: float) -> None:
        """Take the URI of the releases, and the seconds between two looks at the pointer."""
        self._folder = Folder(releases)
        self._pipeline = pipeline
        self._watch_s = watch_s
        self._views = ReleaseCache(releases, ReleaseView)
        self._active: ActiveRelease | None = None
        self.refused: dict[str, str] = {}
        """Why a release that became current is not served, by its id."""

    @property
    def active(self) -> ActiveRelease:
        """What answers now; `PalateError` before the first release is ready."""
        if self._active is None:
            raise PalateError("No release is ready yet; palate retrain publishes one")
        return self._active

    async def start(self) -> None:
        """Load the current release, or the latest one before it that can be used; `PalateError` without any.

        So a gateway that starts while a broken release is current serves what the others serve.
        """
        pointer = await asyncio.to_thread(read_pointer, self._folder)
        if pointer.current is None:
            raise PalateError(f"No release is current in {self._folder.uri}; palate retrain publishes one")
        for release in (pointer.current, *reversed(pointer.earlier)):
            try:
                return await self._swap(release)
            except PalateError as error:
                self.refused[release] = str(error)
                log.error("release %s is refused: %s", release, error)
        raise PalateError(self.refused[pointer.current])

    async def watch(self) -> None:
        """Swap whenever another release becomes current; runs until it is cancelled."""
        while True:
            await asyncio.sleep(self._watch_s)
            try:
                await self.poll()
            except Exception as error:  # what is away for a while must not end the watch
                log.warning("the current release cannot be followed, which is tried again: %s", error)

    async def poll(self) -> None:
        """Read the pointer once, and swap if another release has become current and can be used.

        A release that is broken is refused. If a stage or the releases' store is away, that is raised.
        """
        current = (await asyncio.to_thread(read_pointer, self._folder)).current
        if current is None or current in self.refused or current == self.active.release:
            self.refused = {release: why for release, why in self.refused.items() if release == current}
            return
        try:
            await self._swap(current)
        except PalateError as error:
            self.refused[current] = str(error)
            log.error("release %s is refused, %s goes on: %s", current, self.active.release, error)

    async def _swap(self, release: str) -> None:
        view, _ = await asyncio.gather(self._views.get(release), self._pipeline.load(release))
        self._active = ActiveRelease(release, view)
        log.info("release %s answers", release)
