"""Arm releases: those that arms of experiments name, ready beside the current one, with live items on top."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping

from palate.errors import PalateError
from serving.releases.active_release import ActiveRelease, ReleaseWatcher

log = logging.getLogger("ray.serve")

RETRY_S = 30.0
"""Between two attempts to load a release."""


class ArmReleases:
    """Watchers that stay with one release each."""

    def __init__(self, watchers: Mapping[str, ReleaseWatcher]) -> None:
        """Take a watcher for each release, which has not been started."""
        self._watchers = watchers
        self._ready = set[str]()

    def active(self, release: str) -> ActiveRelease:
        """The release as it answers now; `PalateError` while it is not ready."""
        if release not in self._ready:
            raise PalateError(f"Release {release} of an experiment is not ready")
        return self._watchers[release].active

    async def follow(self, poll_s: float) -> None:
        """Load the releases and take live items in, every `poll_s`; runs until it is cancelled."""
        following = (self._follow(release, poll_s) for release in self._watchers)
        await asyncio.gather(asyncio.Event().wait(), *following)

    async def _follow(self, release: str, poll_s: float) -> None:
        watcher = self._watchers[release]
        while True:
            try:
                await watcher.start()
                self._ready.add(release)
                break
            except Exception as error:  # its arm is made by the current release until it is here
                log.error("release %s of an experiment is not ready: %s", release, error)
                await asyncio.sleep(RETRY_S)
        await asyncio.gather(watcher.watch_items(poll_s), watcher.keep_loaded())
