"""The explainer deployment: texts are written in a process of its own, so that no list waits for them."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import TYPE_CHECKING

from serving.explanations.llm_worker import Readiness
from serving.explanations.local_explainer import LocalExplainer
from serving.explanations.protocol import Event, Explanation, UserContext
from serving.settings import ExplainerSettings

if TYPE_CHECKING:
    from palate.profile import Interest


class ExplainerDeployment:
    """A `LocalExplainer` behind a handle, up before its language model is: until then there are templates."""

    async def __init__(self, releases: str, settings: ExplainerSettings) -> None:
        """Take the URI of the releases."""
        self._author = LocalExplainer(releases, settings)
        await self._author.start()

    async def readiness(self) -> Readiness:
        """Whether a language model writes."""
        return await self._author.readiness()

    async def explain(self, context: UserContext, item: int) -> AsyncGenerator[Event]:
        """See `ExplainerProtocol.explain`; to be called as a stream."""
        async with aclosing(self._author.explain(context, item)) as events:
            async for event in events:
                yield event

    async def interests(self, context: UserContext) -> list[Interest]:
        """See `ExplainerProtocol.interests`."""
        return await self._author.interests(context)

    async def describe(self, release: str, interests: Sequence[Interest]) -> list[Explanation]:
        """See `ExplainerProtocol.describe`."""
        return await self._author.describe(release, interests)

    async def check_health(self) -> None:
        """Ray Serve replaces a replica whose model broke; one that could never be loaded is left alone."""
        if self._author.has_broken:
            raise RuntimeError("the language model broke")

    async def __del__(self) -> None:
        """Let the language model go."""
        self._author.close()
