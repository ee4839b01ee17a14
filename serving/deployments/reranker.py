"""The reranker deployment: candidates to lists."""

from __future__ import annotations

from palate.recommender.query import Ranking
from palate.recommender.ranking import Reranker
from serving.deployments.private_port import listen_on_node_address
from serving.pipeline.codec import dumps, loads
from serving.pipeline.release_cache import ReleaseCache


class RerankerDeployment:
    """Reranker and post-processing of any release."""

    async def __init__(self, releases: str) -> None:
        """Take the URI of the releases."""
        listen_on_node_address()
        self._rerankers = ReleaseCache(releases, Reranker)
        await self._rerankers.start()

    async def load(self, release: str) -> None:
        """Have the release ready."""
        await self._rerankers.get(release)

    async def rank(self, release: str, queries: bytes, parts: list[bytes]) -> bytes:
        """Lists for a group of queries, out of their candidates in each part of the catalogue; all packed."""
        return dumps(await self._rerankers.run(release, lambda reranker: _ranked(reranker, queries, parts)))


def _ranked(reranker: Reranker, queries: bytes, parts: list[bytes]) -> list[Ranking]:
    return reranker.rank_parts(loads(queries), [loads(part) for part in parts])
