"""Lexical source: which texts of a shard have the words of a query, those of live items among them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from functools import cached_property
from typing import NamedTuple

import numpy as np

from palate.live.overlay import LiveRow
from palate.recommender.live_scores import LiveScores
from palate.recommender.sources import DenseScores, Rows, SourceScores
from palate.retrieve.lexical import LexicalIndex, WordCounts, WordStatistics


class _Released(NamedTuple):
    """What is made of a release's texts."""

    searched: LexicalIndex
    statistics: WordStatistics
    size: int
    """Texts of the slice."""


class LexicalSource:
    """The words of a slice of the catalogue, counted at the first search, or by `warm`."""

    def __init__(self, read: Callable[[], Sequence[str]], items: slice) -> None:
        """Take what reads the texts of the whole catalogue, for the statistics, and the slice."""
        self._read, self._items = read, items
        self._live: LexicalIndex | None = None
        self._live_rows = np.zeros(0, np.int64)

    def over(self, live: Sequence[LiveRow], rows: Rows) -> LexicalSource:
        """The source with live items at rising `rows`; one whose text is the release's stays as it is."""
        told = [number for number, row in enumerate(live) if row.text is not None]
        texts = [live[number].text or "" for number in told]
        added = LexicalIndex(WordCounts.of(texts), self._released.statistics)
        layered = copy(self)
        layered._live, layered._live_rows = added, rows[told]
        return layered

    def scored(self, queries: Sequence[str]) -> SourceScores:
        """Scores from 0 to 1 of the texts for queries."""
        released = DenseScores(self._released.searched.scores(queries))
        if self._live is None:
            return released
        return LiveScores(released, self._released.size, self._live_rows, self._live.scores(queries))

    def warm(self) -> None:
        """Count now, so that no search has to wait for it."""
        _ = self._released

    @cached_property
    def _released(self) -> _Released:
        counts = WordCounts.of(self._read())
        statistics, own = WordStatistics.of(counts), counts.at(self._items)
        return _Released(LexicalIndex(own, statistics), statistics, own.matrix.shape[0])
