"""Readiness: what of one gateway works now, part by part, and why the rest does not."""

from __future__ import annotations

import asyncio
import logging

from palate.online.monitor import StoreMonitor
from serving.api.schemas import ReadyPart, ReadyResponse
from serving.pipeline.protocol import Pipeline
from serving.releases.active_release import ReleaseWatcher

log = logging.getLogger("ray.serve")

STAGES_PATIENCE_S = 2.0
"""Stages that take longer to say that they have the release are as good as away."""


class Readiness:
    """Looks at the store, the release and the stages of one gateway."""

    def __init__(
        self, gateway: str, watcher: ReleaseWatcher, pipeline: Pipeline, store: StoreMonitor
    ) -> None:
        """Take the name that tells this gateway from the others."""
        self._gateway = gateway
        self._watcher = watcher
        self._pipeline = pipeline
        self._store = store

    async def look(self) -> ReadyResponse:
        """How things stand: `degraded` if lists are still given, `down` if not."""
        active = self._watcher.active
        stages = await self._stages(active.release)
        store, release = ready_part(self._store.problem), ready_part(self._release_problem())
        whole = store.ok and release.ok
        return ReadyResponse(
            status="down" if not stages.ok else "ready" if whole else "degraded",
            gateway=self._gateway,
            serving=active.release,
            method=active.view.method,
            current=self._watcher.current,
            store=store,
            release=release,
            stages=stages,
        )

    async def _stages(self, release: str) -> ReadyPart:
        try:
            async with asyncio.timeout(STAGES_PATIENCE_S):
                await self._pipeline.load(release)
        except TimeoutError:
            return ready_part(f"A stage has not answered for {STAGES_PATIENCE_S:g} s")
        except Exception as error:  # whatever it is, it is what there is to tell
            log.warning("the stages are not ready: %s", error)
            return ready_part(f"A stage does not answer: {type(error).__name__}")
        return ready_part(None)

    def _release_problem(self) -> str | None:
        watcher = self._watcher
        if watcher.problem is not None or watcher.current in (None, watcher.active.release):
            return watcher.problem
        return watcher.refused.get(str(watcher.current), f"{watcher.current} is current, and is being loaded")


def ready_part(problem: str | None) -> ReadyPart:
    """A part with this problem, or without any."""
    return ReadyPart(ok=problem is None, why=problem)
