"""Hot swap: follows the pointer to the current release, and swaps once the new one is ready everywhere."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import NamedTuple, TypeVar

from palate.errors import PalateError
from palate.live.overlay import Edition
from palate.online import StoreUnavailable
from palate.release import read_pointer, release_ids
from palate.storage import Folder
from serving.pipeline.protocol import Pipeline
from serving.pipeline.release_cache import ReleaseCache
from serving.releases.backoff import Backoff
from serving.releases.live_catalogue import LiveCatalogue
from serving.releases.release_view import ReleaseView

log = logging.getLogger("ray.serve")

Result = TypeVar("Result")

START_ATTEMPTS = 4
"""At its start a gateway tries so often what fails for a while; Ray Serve then starts another one."""
LONGEST_PAUSE_S = 30.0
"""Between two looks at the pointer, however often they have failed."""
LONGEST_ITEMS_PAUSE_S = 2.0
"""Between two looks at the store's items, however often they have failed."""
TOUCH_S = 60.0
"""Between two looks that keep what answers in the memory of all stages, however rarely it is asked for."""
FIRST_RETRY_S, LAST_RETRY_S = 5.0, 300.0
"""Before a release that was refused is tried again: its files may have been copied anew."""


class ActiveRelease(NamedTuple):
    """A release that is ready. A request takes one at its start and keeps it to its end."""

    release: str
    view: ReleaseView

    @property
    def edition(self) -> Edition:
        """The release with the live items that the view knows."""
        return Edition(self.release, self.view.overlay.number, self.view.gateway)


class ReleaseWatcher:
    """The release that new requests are answered from."""

    def __init__(
        self,
        releases: str,
        pipeline: Pipeline,
        watch_s: float,
        live: LiveCatalogue | None = None,
        only: str | None = None,
    ) -> None:
        """Take the URI of the releases, and the seconds between two looks at the pointer.

        With a live catalogue a release answers with its items on top. `only` is the one release to start
        with, whatever is current.
        """
        self._live, self._only = live, only
        # Neither a swap nor a change of items may overtake the other.
        self._changing = asyncio.Lock()
        self._folder = Folder(releases)
        self._pipeline = pipeline
        self._looks = Backoff(watch_s, max(watch_s, LONGEST_PAUSE_S))
        self._retries = Backoff(FIRST_RETRY_S, LAST_RETRY_S)
        self._retry_at = 0.0
        self._views = ReleaseCache(releases, ReleaseView)
        self._active: ActiveRelease | None = None
        self.current: str | None = None
        """What the pointer named when it could last be read."""
        self.problem: str | None = None
        """Why the pointer cannot be followed now."""
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

        So a gateway that starts while a broken release is current serves what the others serve. If the
        pointer cannot be read (a newer Palate may have written it), the newest release is taken instead.
        """
        candidates = await self._patiently(self._candidates)
        for release in candidates:
            try:
                return await self._patiently(partial(self._swap, release))
            except PalateError as error:
                self._refuse(release, error)
        raise PalateError(self.refused[candidates[0]])

    async def watch(self) -> None:
        """Swap whenever another release becomes current; runs until it is cancelled."""
        while True:
            await asyncio.sleep(self._looks.pause_s)
            try:
                await self.poll()
                self._looks.reset()
            except Exception as error:  # what is away for a while must not end the watch
                self._looks.fail()
                self._complain(error)

    async def keep_loaded(self) -> None:
        """Keep what answers in the memory of every stage; runs until it is cancelled."""
        while True:
            await asyncio.sleep(TOUCH_S)
            try:
                await self._pipeline.load(self.active.release)
            except Exception as error:  # a stage that is away is told by whoever asks it
                log.warning("release %s could not be looked at: %s", self.active.release, error)

    async def watch_items(self, poll_s: float) -> None:
        """Take the store's changes of items into what answers, every `poll_s`; runs until it is cancelled."""
        pauses = Backoff(poll_s, max(poll_s, LONGEST_ITEMS_PAUSE_S))
        while True:
            try:
                while await self.poll_items():  # what waits for its turn behind other news is taken at once
                    pass
                pauses.reset()
            except Exception as error:  # a store that is away for a while must not end the watch
                pauses.fail()
                log.warning("live items stay as they are: %s: %s", type(error).__name__, error)
            await asyncio.sleep(pauses.pause_s)

    async def poll_items(self) -> bool:
        """Read what changed of the store's items, and swap to the release with some of it on top.

        Whether more of it waits.
        """
        if self._live is None:
            return False
        async with self._changing:
            await self._live.poll()
            release, view = self.active
            if self._live.was_put_back:
                view = await self._views.get(release)
                self._active = ActiveRelease(release, await self._live.over(release, view))
            elif self._live.has_news:
                self._active = ActiveRelease(release, await self._live.extended(release, view))
            await self._live.keep_vectors()
            return self._live.has_news

    async def poll(self) -> None:
        """Read the pointer once, and swap if another release has become current and can be used.

        A release that is broken is refused. If a stage or the releases' store is away, that is raised.
        """
        self.current = current = (await asyncio.to_thread(read_pointer, self._folder)).current
        if current is None or current == self.active.release:
            self.problem, self.refused = None, {}
            self._retries.reset()
            return
        self.refused = {release: why for release, why in self.refused.items() if release == current}
        if current in self.refused and time.monotonic() < self._retry_at:
            return
        try:
            await self._swap(current)
        except PalateError as error:
            self._refuse(current, error)
        self.problem = None

    async def _candidates(self) -> list[str]:
        """What may be served, the best first; `PalateError` if there is nothing."""
        if self._only is not None:
            return [self._only]
        try:
            pointer = await asyncio.to_thread(read_pointer, self._folder)
        except PalateError as error:
            self._complain(error)
            releases = await asyncio.to_thread(release_ids, self._folder)
            if not releases:
                raise
            return releases[::-1]
        if pointer.current is None:
            raise PalateError(f"No release is current in {self._folder.uri}; palate retrain publishes one")
        self.current = pointer.current
        return [pointer.current, *reversed(pointer.earlier)]

    async def _patiently(self, work: Callable[[], Awaitable[Result]]) -> Result:
        """What the work gives, tried again while it fails otherwise than by a `PalateError`."""
        for _ in range(START_ATTEMPTS - 1):
            try:
                return await work()
            except PalateError:
                raise
            except Exception as error:
                self._looks.fail()
                self._complain(error)
                await asyncio.sleep(self._looks.pause_s)
        return await work()

    def _complain(self, error: Exception) -> None:
        self.problem = str(error) if isinstance(error, PalateError) else f"{type(error).__name__}: {error}"
        log.warning("the current release cannot be followed, which is tried again: %s", self.problem)

    def _refuse(self, release: str, error: PalateError) -> None:
        self.refused[release] = str(error)
        self._retry_at = time.monotonic() + self._retries.pause_s
        self._retries.fail()
        log.error("release %s is refused: %s", release, error)

    async def _swap(self, release: str) -> None:
        view, _ = await asyncio.gather(self._views.get(release), self._pipeline.load(release))
        if self._live is None:
            self._active = ActiveRelease(release, view)
        else:
            await self._swap_with_items(release, view, self._live)
        self._retries.reset()
        log.info("release %s answers", release)

    async def _swap_with_items(self, release: str, view: ReleaseView, live: LiveCatalogue) -> None:
        """Swap once all that is known of live items is on top, even while the store is away."""
        await live.prepare(release, view)
        async with self._changing:
            try:
                await live.poll()
            except StoreUnavailable as error:
                log.warning("release %s answers with the items that were read before: %s", release, error)
            self._active = ActiveRelease(release, await live.over(release, view))
