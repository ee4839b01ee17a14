"""What a gateway asks of the stages, wherever they run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from palate.recommender.query import Answered, Query
from palate.retrieve import Found


class Stages(Protocol):
    """Encoder, retriever and reranker of any release."""

    async def load(self, release: str) -> None:
        """Have the release ready everywhere; `PalateError` if it cannot be used."""
        ...

    async def answer(self, release: str, queries: Sequence[Query]) -> Answered:
        """A list for each query, all of this release."""
        ...

    async def similar(self, release: str, item: int, k: int) -> Found:
        """The `k` items nearest to a catalogue index."""
        ...

    async def search(self, release: str, text: str, k: int) -> Found:
        """The `k` items nearest to a text."""
        ...
