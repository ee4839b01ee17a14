"""The retriever deployment of one part of the catalogue."""

from __future__ import annotations

from functools import partial

from palate.recommender.retrieval import RetrieverShard
from serving.deployments.private_port import listen_on_node_address
from serving.pipeline.codec import dumps, loads
from serving.pipeline.release_cache import ReleaseCache


class RetrieverDeployment:
    """Candidate sources of one part of the catalogue, of any release."""

    async def __init__(self, releases: str, part: int, parts: int) -> None:
        """Take the URI of the releases, and which of how many parts this is."""
        listen_on_node_address()
        self._shards = ReleaseCache(releases, partial(RetrieverShard, part=part, parts=parts))
        await self._shards.start()

    async def load(self, release: str) -> None:
        """Have the release ready."""
        await self._shards.get(release)

    async def retrieve(self, release: str, arguments: bytes) -> bytes:
        """Candidates of this part for each of the queries, out of `(queries, user vectors)`; both packed."""
        return dumps(await self._shards.run(release, lambda shard: shard.retrieve(*loads(arguments))))

    async def nearest(self, release: str, arguments: bytes) -> bytes:
        """What `RetrieverShard.nearest` finds in this part for its arguments; both packed."""
        return dumps(await self._shards.run(release, lambda shard: shard.nearest(*loads(arguments))))
