"""Catalogue, releases and health: what the gateway tells of itself and of what it serves."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from palate.storage import Folder
from serving.api.schemas import HealthResponse, ReadyResponse, ReleasesResponse
from serving.releases.active_release import ReleaseWatcher
from serving.releases.readiness import Readiness
from serving.releases.release_list import release_list
from serving.settings import ServingSettings


class CatalogueService:
    """One gateway's catalogue and releases."""

    def __init__(
        self,
        settings: ServingSettings,
        watcher: ReleaseWatcher,
        readiness: Readiness,
        explainer_state: Callable[[], Awaitable[str]],
    ) -> None:
        """Take what tells of the explainer whether a language model writes."""
        self._settings = settings
        self._watcher = watcher
        self._readiness = readiness
        self._explainer_state = explainer_state

    async def releases(self) -> ReleasesResponse:
        """The releases there are, the newest first, and which one answers."""
        folder, active = Folder(self._settings.releases), self._watcher.active
        infos = await asyncio.to_thread(release_list, folder, active.release, self._watcher.refused)
        return ReleasesResponse(serving=self._watcher.active.release, releases=infos)

    async def health(self) -> HealthResponse:
        """That requests are answered, from which release, and who explains."""
        return HealthResponse.model_validate(
            {
                "status": "ok",
                "release": self._watcher.active.release,
                "mode": self._settings.mode,
                "explainer": await self._explainer_state(),
            }
        )

    async def ready(self) -> ReadyResponse:
        """What works of the gateway, and why the rest does not."""
        return await self._readiness.look()
