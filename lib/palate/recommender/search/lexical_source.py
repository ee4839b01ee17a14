"""Lexical source: which texts of a shard have the words of a query, those of live items among them."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy

import numpy as np

from palate.live.overlay import LiveRow
from palate.recommender.live_scores import LiveScores
from palate.recommender.sources import DenseScores, Rows, SourceScores
from palate.retrieve.lexical import LexicalIndex, WordCounts, WordStatistics


class LexicalSource:
    """The words of a slice of the catalogue."""

    def __init__(self, texts: Sequence[str], items: slice) -> None:
        """Take the texts of the whole catalogue, for the statistics, and the slice."""
        counts = WordCounts.of(texts)
        self._statistics = WordStatistics.of(counts)
        own = counts.at(items)
        self._index, self._size = LexicalIndex(own, self._statistics), own.matrix.shape[0]
        self._live: LexicalIndex | None = None
        self._live_rows = np.zeros(0, np.int64)

    def over(self, live: Sequence[LiveRow], rows: Rows) -> LexicalSource:
        """The source with live items at rising `rows`; one whose text is the release's stays as it is."""
        told = [number for number, row in enumerate(live) if row.text is not None]
        layered = copy(self)
        layered._live_rows = rows[told]
        texts = [live[number].text or "" for number in told]
        layered._live = LexicalIndex(WordCounts.of(texts), self._statistics)
        return layered

    def scored(self, queries: Sequence[str]) -> SourceScores:
        """Scores from 0 to 1 of the texts for queries."""
        released = DenseScores(self._index.scores(queries))
        if self._live is None:
            return released
        return LiveScores(released, self._size, self._live_rows, self._live.scores(queries))
