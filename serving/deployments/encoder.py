"""The encoder deployment: histories, items and texts to vectors."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from palate.live.overlay import Edition
from palate.recommender.artefacts import Artefacts
from serving.deployments.private_port import listen_on_node_address
from serving.pipeline.codec import dumps, loads
from serving.pipeline.edition_cache import EditionCache
from serving.settings import EncoderSettings

if TYPE_CHECKING:
    from palate.recommender.encoding import UserEncoder


class EncoderDeployment:
    """Sequence model and text encoder of any edition."""

    async def __init__(self, releases: str, settings: EncoderSettings) -> None:
        """Take the URI of the releases."""
        listen_on_node_address()
        self._encoders = EditionCache(releases, partial(_warm_encoder, settings=settings))
        await self._encoders.releases.start()

    async def load(self, release: str) -> None:
        """Have the release ready."""
        await self._encoders.releases.get(release)

    async def extend(self, edition: Edition, since: int, overlay: bytes) -> None:
        """Have an edition ready; see `EditionCache.extend`, the overlay packed."""
        await self._encoders.extend(edition, since, loads(overlay))

    async def encode(self, edition: Edition, asked: bytes) -> bytes:
        """`UserVectors` of a group of queries, all packed; nothing that vectors do not need is read."""
        return dumps(await self._encoders.run(edition, lambda encoder: encoder.encode_queries(loads(asked))))

    async def encode_item(self, edition: Edition, item: int) -> bytes:
        """Float32 [1, width], packed."""
        return dumps(await self._encoders.run(edition, lambda encoder: encoder.encode_items([item])))

    async def encode_search(self, edition: Edition, query: bytes) -> bytes:
        """Float32 [1, text width] of what is looked for, both packed."""
        return dumps(await self._encoders.run(edition, lambda encoder: encoder.encode_search(loads(query))))

    async def encode_requests(self, edition: Edition, texts: bytes) -> bytes:
        """Float32 [texts, text width] of what people wrote, both packed."""
        release = edition.release
        return dumps(
            await self._encoders.run_beside(release, lambda encoder: encoder.encode_requests(loads(texts)))
        )

    async def are_related(self, edition: Edition, texts: list[str]) -> list[bool]:
        """Whether each of some texts that people wrote says something of the catalogue."""
        release = edition.release
        return await self._encoders.run_beside(release, lambda encoder: encoder.are_related(texts))

    async def encode_live(self, edition: Edition, rows: bytes) -> bytes:
        """`LiveVectors` of live items by the edition's release, both packed."""
        release = edition.release
        return dumps(
            await self._encoders.run_beside(release, lambda encoder: encoder.encode_live(loads(rows)))
        )


def _warm_encoder(artefacts: Artefacts, settings: EncoderSettings) -> UserEncoder:
    from palate.recommender.encoding import EncoderRuntime, UserEncoder  # torch, which only the replica needs

    encoder = UserEncoder(artefacts, EncoderRuntime(settings.gpus > 0, settings.cache_bytes))
    encoder.warm()
    return encoder
