"""Edition cache: a stage of each release with the live items on top, as of several changes."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, Protocol, Self, TypeVar

from palate.errors import PalateError
from palate.live.overlay import NO_OVERLAY, Edition, Overlay
from palate.recommender.artefacts import Artefacts
from serving.pipeline.release_cache import ReleaseCache

MAX_EDITIONS = 16
"""Editions in memory: the newest of each gateway, and those that requests under way still use."""


class MissingEdition(PalateError):
    """A replica has not been told of the live items that it is asked about: tell it, and ask again."""


class LiveStage(Protocol):
    """A stage that takes live items."""

    def over(self, overlay: Overlay) -> Self:
        """The stage with these live items on top; itself unchanged."""
        ...


LiveStageT = TypeVar("LiveStageT", bound=LiveStage)
Result = TypeVar("Result")


class EditionCache(Generic[LiveStageT]):
    """Stages by edition. Every call names the edition it is for, so no answer mixes two."""

    def __init__(self, releases: str, load: Callable[[Artefacts], LiveStageT]) -> None:
        """Take the URI of the releases, and what makes the stage of one; nothing is loaded yet."""
        self.releases = ReleaseCache(releases, load)
        self._overlays: OrderedDict[Edition, Overlay] = OrderedDict()
        self._stages: dict[Edition, LiveStageT] = {}

    async def extend(self, edition: Edition, since: int, overlay: Overlay) -> None:
        """Have an edition ready: the overlay of the one at `since` with this one's rows in it.

        A stage whose release nobody has asked for yet is made when somebody does.

        Raises:
            MissingEdition: That one is not here; tell everything, since 0.
        """
        if edition in self._overlays:
            return
        earlier = NO_OVERLAY if since == 0 else self._overlay(edition.earlier(since))
        self._overlays[edition] = earlier.followed_by(overlay)
        if self.releases.is_loaded(edition.release):
            await self._stage(edition)
        while len(self._overlays) > MAX_EDITIONS:
            oldest, _ = self._overlays.popitem(last=False)
            self._stages.pop(oldest, None)

    async def run(self, edition: Edition, work: Callable[[LiveStageT], Result]) -> Result:
        """What `work` makes of the stage, in the thread of the stages; `MissingEdition` if it is not here."""
        if edition.number == 0:
            return await self.releases.run(edition.release, work)
        return await self.releases.run_with(await self._stage(edition), work)

    async def run_beside(self, release: str, work: Callable[[LiveStageT], Result]) -> Result:
        """What `work` makes of a release's stage in a thread of its own, so that no list waits for it."""
        return await asyncio.to_thread(work, await self.releases.get(release))

    async def _stage(self, edition: Edition) -> LiveStageT:
        overlay = self._overlay(edition)
        if edition in self._stages:
            return self._stages[edition]
        released = await self.releases.get(edition.release)
        stage = await asyncio.to_thread(released.over, overlay)
        if edition in self._overlays:  # not forgotten meanwhile
            self._stages[edition] = stage
        return stage

    def _overlay(self, edition: Edition) -> Overlay:
        if edition not in self._overlays:
            raise MissingEdition(f"Edition {edition.number} of {edition.release} is not here; ask again")
        self._overlays.move_to_end(edition)
        return self._overlays[edition]
