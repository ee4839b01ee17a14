"""Lexical source: which texts of a shard have the words of a query, those of live items among them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from functools import cached_property

import numpy as np

from palate.live.overlay import LiveRow
from palate.recommender.live_scores import LiveScores
from palate.recommender.sources import DenseScores, Rows, SourceScores
from palate.retrieve.lexical import LexicalIndex, WordCounts


class LexicalSource:
    """The words of a slice of the catalogue, read at the first search, or by `warm`."""

    def __init__(self, read: Callable[[], LexicalIndex], items: slice) -> None:
        """Take what gives the index of the whole catalogue, and the slice."""
        self._read, self._items = read, items
        self._live: LexicalIndex | None = None
        self._live_rows = np.zeros(0, np.int64)

    def over(self, live: Sequence[LiveRow], rows: Rows) -> LexicalSource:
        """The source with live items at rising `rows`; one whose text is the release's stays as it is."""
        told = [number for number, row in enumerate(live) if row.text is not None]
        texts = [live[number].text or "" for number in told]
        added = LexicalIndex.of(WordCounts.of(texts), self._released.statistics)
        layered = copy(self)
        layered._live, layered._live_rows = added, rows[told]
        return layered

    def scored(self, queries: Sequence[str]) -> SourceScores:
        """Scores from 0 to 1 of the texts for queries."""
        released = DenseScores(self._released.scores(queries))
        if self._live is None:
            return released
        return LiveScores(released, len(self._released), self._live_rows, self._live.scores(queries))

    def warm(self) -> None:
        """Read now, so that no search has to wait for it."""
        _ = self._released

    @cached_property
    def _released(self) -> LexicalIndex:
        return self._read().part(self._items)
