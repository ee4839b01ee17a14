"""The reranker deployment: candidates to lists."""

from __future__ import annotations

from palate.recommender.query import Ranking
from palate.recommender.ranking import Reranker
from serving.pipeline.codec import dumps, loads
from serving.pipeline.release_cache import ReleaseCache


class RerankerDeployment:
    """Reranker and post-processing of any release."""

    async def __init__(self, releases: str) -> None:
        """Take the URI of the releases."""
        self._releases = ReleaseCache(releases, Reranker)
        await self._releases.start()

    async def load(self, release: str) -> None:
        """Have the release ready."""
        await self._releases.get(release)

    async def rank(self, release: str, queries: bytes, parts: list[bytes]) -> bytes:
        """Lists for a group of queries, out of their candidates in each part of the catalogue; all packed."""
        return dumps(await self._releases.run(release, lambda stage: _ranked(stage, queries, parts)))


def _ranked(stage: Reranker, queries: bytes, parts: list[bytes]) -> list[Ranking]:
    return stage.rank_parts(loads(queries), [loads(part) for part in parts])
