"""Explanations in another process: the explainer deployment, as a gateway calls it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Sequence
from typing import TYPE_CHECKING, Literal, TypeVar

from ray.exceptions import RayActorError, RayTaskError
from ray.serve.exceptions import DeploymentUnavailableError
from ray.serve.handle import DeploymentHandle

from serving.explanations.llm_worker import Readiness
from serving.explanations.protocol import Explanation, GenerationEvent, UserContext
from serving.pipeline.graph import own_error

if TYPE_CHECKING:
    from palate.profile import Interest

READINESS_TIMEOUT_S = 0.5
"""Seconds that a health check waits for the explainer."""

Answer = TypeVar("Answer")


class RemoteExplainer:
    """Calls to the explainer; see `ExplainerProtocol`."""

    def __init__(self, handle: DeploymentHandle) -> None:
        self._handle = handle

    async def readiness(self) -> Readiness | Literal["away"]:
        try:
            async with asyncio.timeout(READINESS_TIMEOUT_S):
                return await _answered(self._handle.readiness.remote())
        except (RayActorError, DeploymentUnavailableError, TimeoutError):
            return "away"

    async def explain(self, context: UserContext, item: int) -> AsyncGenerator[GenerationEvent]:
        stream = self._handle.options(stream=True).explain.remote(context, item)
        try:
            async for event in stream:
                yield event
        except RayTaskError as error:
            raise own_error(error) from error
        finally:
            stream.cancel()  # what has ended cannot be cancelled, and nothing happens then

    async def interests(self, context: UserContext) -> list[Interest]:
        return await _answered(self._handle.interests.remote(context))

    async def describe(self, release: str, interests: Sequence[Interest]) -> list[Explanation]:
        return await _answered(self._handle.describe.remote(release, interests))


async def _answered(call: Awaitable[Answer]) -> Answer:
    try:
        return await call
    except RayTaskError as error:
        raise own_error(error) from error
