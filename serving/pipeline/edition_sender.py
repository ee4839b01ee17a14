"""Edition sender: tells the replicas of deployments of live items, all at once or one that missed it."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Sequence

from ray.exceptions import RayActorError, RayTaskError
from ray.serve.exceptions import DeploymentUnavailableError
from ray.serve.handle import DeploymentHandle

from palate.errors import PalateError
from palate.live.overlay import NO_OVERLAY, Edition, Overlay
from serving.pipeline.codec import dumps
from serving.pipeline.edition_cache import MAX_EDITIONS, MissingEdition

log = logging.getLogger("ray.serve")

SEND_TIMEOUT_S = 1.0
"""So long a replica may take to know an edition before the others go on; it is told when it is asked."""


class EditionSender:
    """Holds the overlays of the latest editions, from which a replica that missed one is told all of it."""

    def __init__(self) -> None:
        self._overlays: OrderedDict[Edition, Overlay] = OrderedDict()

    async def extend(
        self, handles: Sequence[DeploymentHandle], edition: Edition, since: int, overlay: Overlay
    ) -> None:
        """Tell every replica what is new; whoever is away or late is told when it is asked."""
        earlier = self._overlays[edition.earlier(since)] if since else NO_OVERLAY
        self._overlays[edition] = earlier.followed_by(overlay)
        while len(self._overlays) > MAX_EDITIONS:
            self._overlays.popitem(last=False)
        packed = dumps(overlay)
        await asyncio.gather(*(_told(handle, edition, since, packed) for handle in handles))

    async def send(self, handle: DeploymentHandle, edition: Edition) -> None:
        """Tell all replicas of a deployment everything of an edition; `MissingEdition` if it is too old."""
        if edition not in self._overlays:
            raise MissingEdition(f"Edition {edition.number} of {edition.release} is no more; ask again")
        await handle.broadcast("extend", edition, 0, dumps(self._overlays[edition])).results_async()


async def _told(handle: DeploymentHandle, edition: Edition, since: int, packed: bytes) -> None:
    try:
        async with asyncio.timeout(SEND_TIMEOUT_S):
            await handle.broadcast("extend", edition, since, packed).results_async()
    except (MissingEdition, RayTaskError, RayActorError, DeploymentUnavailableError, TimeoutError) as error:
        log.info("a replica is told of %s when it is asked (%s)", edition, type(error).__name__)


def own_error(error: RayTaskError) -> Exception:
    """The error that the stage raised, out of Ray's wrapping."""
    cause = error.cause
    return cause if isinstance(cause, PalateError) else error
