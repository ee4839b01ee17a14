"""Pipeline interface: what a gateway asks of encoder, retriever and reranker, wherever they run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from palate.recommender.query import Query, RankedLists, SearchQuery
from palate.retrieve import SearchResult


class Pipeline(Protocol):
    """Encoder, retriever and reranker of any release."""

    async def load(self, release: str) -> None:
        """Have the release ready everywhere; `PalateError` if it cannot be used."""
        ...

    async def answer(self, release: str, queries: Sequence[Query]) -> RankedLists:
        """A list for each query, all of this release."""
        ...

    async def similar(self, release: str, item: int, k: int) -> SearchResult:
        """The `k` items nearest to a catalogue index."""
        ...

    async def search(self, release: str, query: SearchQuery) -> SearchResult:
        """The items nearest to what is looked for."""
        ...
