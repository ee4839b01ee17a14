"""Pipeline interface: what a gateway asks of encoder, retriever and reranker, wherever they run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from palate.live.overlay import Edition, LiveText, LiveVectors, Overlay
from palate.recommender.query import Query, RankedLists, SearchQuery
from palate.retrieve import SearchResult


class LiveStages(Protocol):
    """What has to know of live items before it is asked about them."""

    async def extend(self, edition: Edition, since: int, overlay: Overlay) -> None:
        """Have an edition ready: the overlay of the one at `since` (0: none) with this one's rows in it."""
        ...


class Pipeline(LiveStages, Protocol):
    """Encoder, retriever and reranker of any edition."""

    async def load(self, release: str) -> None:
        """Have the release ready everywhere; `PalateError` if it cannot be used."""
        ...

    async def encode_live(self, release: str, rows: Sequence[LiveText]) -> LiveVectors:
        """Vectors of live items by the release's own encoder."""
        ...

    async def encode_requests(self, release: str, texts: Sequence[str]) -> np.ndarray:
        """Unit vectors of what people wrote, float32 [texts, text width]; no list waits for it."""
        ...

    async def are_related(self, release: str, texts: Sequence[str]) -> list[bool]:
        """Whether each of some texts that people wrote says something of the release's catalogue."""
        ...

    async def answer(self, edition: Edition, queries: Sequence[Query]) -> RankedLists:
        """A list for each query, all of this edition."""
        ...

    async def similar(self, edition: Edition, item: int, k: int) -> SearchResult:
        """The `k` items nearest to a catalogue index."""
        ...

    async def search(self, edition: Edition, query: SearchQuery) -> SearchResult:
        """The items nearest to what is looked for."""
        ...
