"""The reranker deployment: candidates to lists."""

from __future__ import annotations

from functools import partial

from palate.live.overlay import Edition
from palate.recommender.query import Ranking
from palate.recommender.ranking import Reranker
from serving.deployments.private_port import listen_on_node_address
from serving.pipeline.codec import dumps, loads
from serving.pipeline.edition_cache import EditionCache


class RerankerDeployment:
    """Reranker and post-processing of any edition."""

    async def __init__(self, releases: str, second_look_s: float) -> None:
        """Take the URI of the releases, and the seconds that a language model has for a batch of lists."""
        listen_on_node_address()
        self._rerankers = EditionCache(releases, partial(Reranker, second_look_s=second_look_s))
        await self._rerankers.releases.start()

    async def load(self, release: str) -> None:
        """Have the release ready."""
        await self._rerankers.releases.get(release)

    async def extend(self, edition: Edition, since: int, overlay: bytes) -> None:
        """Have an edition ready; see `EditionCache.extend`, the overlay packed."""
        await self._rerankers.extend(edition, since, loads(overlay))

    async def rank(self, edition: Edition, queries: bytes, parts: list[bytes]) -> bytes:
        """Lists for a group of queries, out of their candidates in each part of the catalogue; all packed."""
        return dumps(await self._rerankers.run(edition, lambda reranker: _ranked(reranker, queries, parts)))


def _ranked(reranker: Reranker, queries: bytes, parts: list[bytes]) -> list[Ranking]:
    return reranker.rank_parts(loads(queries), [loads(part) for part in parts])
