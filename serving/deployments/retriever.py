"""The retriever deployment of one part of the catalogue."""

from __future__ import annotations

from functools import partial

from palate.recommender.retrieval import RetrieverShard
from serving.pipeline.codec import dumps, loads
from serving.pipeline.release_cache import ReleaseCache


class RetrieverDeployment:
    """Candidate sources of one part of the catalogue, of any release."""

    async def __init__(self, releases: str, part: int, parts: int) -> None:
        """Take the URI of the releases, and which of how many parts this is."""
        self._held = ReleaseCache(releases, partial(RetrieverShard, part=part, parts=parts))
        await self._held.start()

    async def load(self, release: str) -> None:
        """Have the release ready."""
        await self._held.get(release)

    async def retrieve(self, release: str, asked: bytes) -> bytes:
        """Candidates of this part for each of the queries, out of `(queries, user vectors)`; both packed."""
        return dumps(await self._held.run(release, lambda shard: shard.retrieve(*loads(asked))))

    async def nearest(self, release: str, asked: bytes) -> bytes:
        """What `RetrieverShard.nearest` finds in this part for its arguments; both packed."""
        return dumps(await self._held.run(release, lambda shard: shard.nearest(*loads(asked))))
