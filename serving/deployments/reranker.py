"""The reranker deployment: candidates to lists."""

from __future__ import annotations

from palate.recommender.query import Ranking
from palate.recommender.ranking import Reranker as RerankStage
from serving.pipeline.codec import packed, unpacked
from serving.pipeline.release_cache import Held


class Reranker:
    """Reranker and post-processing of any release."""

    async def __init__(self, releases: str) -> None:
        """Take the URI of the releases."""
        self._held = Held(releases, RerankStage)
        await self._held.start()

    async def load(self, release: str) -> None:
        """Have the release ready."""
        await self._held.get(release)

    async def rank(self, release: str, queries: bytes, parts: list[bytes]) -> bytes:
        """Lists for a group of queries, out of their candidates in each part of the catalogue; all packed."""
        return packed(await self._held.run(release, lambda stage: _ranked(stage, queries, parts)))


def _ranked(stage: RerankStage, queries: bytes, parts: list[bytes]) -> list[Ranking]:
    return stage.rank_parts(unpacked(queries), [unpacked(part) for part in parts])
