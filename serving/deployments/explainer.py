"""The explainer deployment: texts are written in a process of its own, so that no list waits for them."""

from __future__ import annotations

from palate.live.overlay import Edition, Overlay
from serving.deployments.private_port import listen_on_node_address
from serving.explanations.local_explainer import LocalExplainer
from serving.pipeline.codec import loads
from serving.settings import ExplainerSettings


class ExplainerDeployment(LocalExplainer):
    """A `LocalExplainer` whose methods are called by a handle: `explain` as a stream, the others once.

    It is up before its language model is: until then there are templates.
    """

    async def __init__(self, releases: str, settings: ExplainerSettings) -> None:
        """Take the URI of the releases."""
        listen_on_node_address()
        super().__init__(releases, settings)
        await self.start()

    async def extend(self, edition: Edition, since: int, overlay: Overlay | bytes) -> None:
        """Have an edition ready; see `EditionCache.extend`, the overlay packed."""
        await super().extend(edition, since, loads(overlay) if isinstance(overlay, bytes) else overlay)

    async def check_health(self) -> None:
        """Ray Serve replaces a replica whose model broke; one that could never be loaded is left alone."""
        if self.has_broken:
            raise RuntimeError("the language model broke")

    async def __del__(self) -> None:
        """Let the language model go."""
        self.close()
