"""Pipeline in one process: all stages in the gateway's own."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np

from palate.live.overlay import Edition, LiveText, LiveVectors, Overlay
from palate.recommender.artefacts import Artefacts
from palate.recommender.encoding import EncoderRuntime
from palate.recommender.query import Query, RankedLists, SearchQuery
from palate.recommender.recommender import Recommender
from palate.retrieve import SearchResult
from serving.pipeline.edition_cache import EditionCache


class LocalPipeline:
    """A recommender of each edition."""

    def __init__(
        self, releases: str, encoder: EncoderRuntime | None = None, second_look_s: float | None = None
    ) -> None:
        """Take the URI of the releases, where the text encoder computes, and the seconds that a language
        model has for a batch of lists.
        """
        warm = partial(_warm_recommender, encoder=encoder, second_look_s=second_look_s)
        self._recommenders = EditionCache(releases, warm)

    async def load(self, release: str) -> None:
        await self._recommenders.releases.get(release)

    async def extend(self, edition: Edition, since: int, overlay: Overlay) -> None:
        await self._recommenders.extend(edition, since, overlay)

    async def encode_live(self, release: str, rows: Sequence[LiveText]) -> LiveVectors:
        return await self._recommenders.run_beside(release, lambda stages: stages.encode_live(rows))

    async def encode_requests(self, release: str, texts: Sequence[str]) -> np.ndarray:
        return await self._recommenders.run_beside(
            release, lambda stages: stages.encoder.encode_requests(texts)
        )

    async def are_related(self, release: str, texts: Sequence[str]) -> list[bool]:
        return await self._recommenders.run_beside(release, lambda stages: stages.encoder.are_related(texts))

    async def answer(self, edition: Edition, queries: Sequence[Query]) -> RankedLists:
        return await self._recommenders.run(edition, lambda stages: stages.answer(queries))

    async def similar(self, edition: Edition, item: int, k: int) -> SearchResult:
        return await self._recommenders.run(edition, lambda stages: stages.nearest_to_item(item, k))

    async def search(self, edition: Edition, query: SearchQuery) -> SearchResult:
        return await self._recommenders.run(edition, lambda stages: stages.nearest_to_request(query))


def _warm_recommender(
    artefacts: Artefacts, encoder: EncoderRuntime | None, second_look_s: float | None
) -> Recommender:
    recommender = Recommender(artefacts, encoder, second_look_s)
    recommender.warm()
    return recommender
