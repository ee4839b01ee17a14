"""Explanations in another process: the explainer deployment, as a gateway calls it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Sequence
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from ray.exceptions import RayActorError, RayTaskError
from ray.serve.exceptions import DeploymentUnavailableError
from ray.serve.handle import DeploymentHandle

from palate.live.overlay import Edition, Overlay
from serving.explanations.llm_worker import Readiness
from serving.explanations.protocol import Explanation, GenerationEvent, TextBefore, UserContext
from serving.pipeline.edition_cache import MissingEdition
from serving.pipeline.edition_sender import EditionSender, own_error

if TYPE_CHECKING:
    from palate.profile import Interest

READINESS_TIMEOUT_S = 0.5
"""Seconds that a health check waits for the explainer."""

Answer = TypeVar("Answer")


class RemoteExplainer:
    """Calls to the explainer; see `ExplainerProtocol`."""

    def __init__(self, handle: DeploymentHandle) -> None:
        self._handle = handle
        self._editions = EditionSender()

    async def extend(self, edition: Edition, since: int, overlay: Overlay) -> None:
        await self._editions.extend([self._handle], edition, since, overlay)

    async def readiness(self) -> Readiness | Literal["away"]:
        try:
            async with asyncio.timeout(READINESS_TIMEOUT_S):
                return await _answered(self._handle.readiness.remote())
        except (RayActorError, DeploymentUnavailableError, TimeoutError):
            return "away"

    async def explain(
        self, context: UserContext, item: int, before: TextBefore | None = None
    ) -> AsyncGenerator[GenerationEvent]:
        try:
            async for event in self._stream(context, item, before):
                yield event
        except MissingEdition:  # which is found out before anything is written
            await self._editions.send(self._handle, context.edition)
            async for event in self._stream(context, item, before):
                yield event

    async def interests(self, context: UserContext) -> list[Interest]:
        interests: list[Interest] = await self._call("interests", context.edition, context)
        return interests

    async def describe(self, edition: Edition, interests: Sequence[Interest]) -> list[Explanation]:
        lines: list[Explanation] = await self._call("describe", edition, edition, interests)
        return lines

    async def _stream(
        self, context: UserContext, item: int, before: TextBefore | None
    ) -> AsyncGenerator[GenerationEvent]:
        stream = self._handle.options(stream=True).explain.remote(context, item, before)
        try:
            async for event in stream:
                yield event
        except RayTaskError as error:
            raise own_error(error) from error
        finally:
            stream.cancel()  # what has ended cannot be cancelled, and nothing happens then

    async def _call(self, method: str, edition: Edition, *arguments: Any) -> Any:
        """The answer of a replica, which is told of the edition if it started after the others were."""
        call = getattr(self._handle, method).remote
        try:
            return await _answered(call(*arguments))
        except MissingEdition:
            await self._editions.send(self._handle, edition)
            return await _answered(call(*arguments))


async def _answered(call: Awaitable[Answer]) -> Answer:
    try:
        return await call
    except RayTaskError as error:
        raise own_error(error) from error
