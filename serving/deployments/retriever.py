"""The retriever deployment of one part of the catalogue."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from palate.live.overlay import Edition
from palate.recommender.artefacts import Artefacts
from serving.deployments.private_port import listen_on_node_address
from serving.pipeline.codec import dumps, loads
from serving.pipeline.edition_cache import EditionCache

if TYPE_CHECKING:
    from palate.recommender.retrieval import RetrieverShard


class RetrieverDeployment:
    """Candidate sources of one part of the catalogue, of any edition."""

    async def __init__(self, releases: str, part: int, parts: int) -> None:
        """Take the URI of the releases, and which of how many parts this is."""
        listen_on_node_address()
        self._shards = EditionCache(releases, partial(_warm_shard, part=part, parts=parts))
        await self._shards.releases.start()

    async def load(self, release: str) -> None:
        """Have the release ready."""
        await self._shards.releases.get(release)

    async def extend(self, edition: Edition, since: int, overlay: bytes) -> None:
        """Have an edition ready; see `EditionCache.extend`, the overlay packed."""
        await self._shards.extend(edition, since, loads(overlay))

    async def retrieve(self, edition: Edition, arguments: bytes) -> bytes:
        """Candidates of this part for each of the queries, out of `(queries, user vectors)`; both packed."""
        return dumps(await self._shards.run(edition, lambda shard: shard.retrieve(*loads(arguments))))

    async def nearest(self, edition: Edition, arguments: bytes) -> bytes:
        """What `RetrieverShard.nearest` finds in this part for its arguments; both packed."""
        return dumps(await self._shards.run(edition, lambda shard: shard.nearest(*loads(arguments))))


def _warm_shard(artefacts: Artefacts, part: int, parts: int) -> RetrieverShard:
    from palate.recommender.retrieval import RetrieverShard

    shard = RetrieverShard(artefacts, part, parts)
    shard.warm()
    return shard
