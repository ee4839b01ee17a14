"""Pipeline in one process: all stages in the gateway's own."""

from __future__ import annotations

from collections.abc import Sequence

from palate.recommender.artefacts import Artefacts
from palate.recommender.query import Query, RankedLists, SearchQuery
from palate.recommender.recommender import Recommender
from palate.retrieve import SearchResult
from serving.pipeline.release_cache import ReleaseCache


class LocalPipeline:
    """A recommender of each release."""

    def __init__(self, releases: str) -> None:
        """Take the URI of the releases."""
        self._recommenders = ReleaseCache(releases, _warm_recommender)

    async def load(self, release: str) -> None:
        await self._recommenders.get(release)

    async def answer(self, release: str, queries: Sequence[Query]) -> RankedLists:
        return await self._recommenders.run(release, lambda recommender: recommender.answer(queries))

    async def similar(self, release: str, item: int, k: int) -> SearchResult:
        return await self._recommenders.run(release, lambda recommender: recommender.nearest_to_item(item, k))

    async def search(self, release: str, query: SearchQuery) -> SearchResult:
        return await self._recommenders.run(
            release, lambda recommender: recommender.nearest_to_request(query)
        )


def _warm_recommender(artefacts: Artefacts) -> Recommender:
    recommender = Recommender(artefacts)
    recommender.warm()
    return recommender
