"""The encoder deployment: histories, items and texts to vectors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from palate.recommender.artefacts import Artefacts
from serving.deployments.private_port import listen_on_node_address
from serving.pipeline.codec import dumps, loads
from serving.pipeline.release_cache import ReleaseCache

if TYPE_CHECKING:
    from palate.recommender.encoding import UserEncoder


class EncoderDeployment:
    """Sequence model and text encoder of any release."""

    async def __init__(self, releases: str) -> None:
        """Take the URI of the releases."""
        listen_on_node_address()
        self._encoders = ReleaseCache(releases, _warm_encoder)
        await self._encoders.start()

    async def load(self, release: str) -> None:
        """Have the release ready."""
        await self._encoders.get(release)

    async def encode(self, release: str, asked: bytes) -> bytes:
        """`UserVectors` of a group of histories and what was asked for beside each, all packed."""
        return dumps(await self._encoders.run(release, lambda encoder: encoder.encode_queries(loads(asked))))

    async def encode_item(self, release: str, item: int) -> bytes:
        """Float32 [1, width], packed."""
        return dumps(await self._encoders.run(release, lambda encoder: encoder.encode_items([item])))

    async def encode_steer(self, release: str, steer: bytes) -> bytes:
        """Float32 [1, text width] of what is looked for, both packed."""
        return dumps(await self._encoders.run(release, lambda encoder: encoder.encode_steers([loads(steer)])))


def _warm_encoder(artefacts: Artefacts) -> UserEncoder:
    from palate.recommender.encoding import UserEncoder  # brings torch, which only the replica needs

    encoder = UserEncoder(artefacts)
    encoder.warm()
    return encoder
