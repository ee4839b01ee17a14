"""Live scores: a source's scores of a slice of the catalogue, with live items scored exactly beside it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from palate.data.histories import History
from palate.recommender.sources import MethodSource, Rows, Scores, SourceScores, VectorSource
from palate.retrieve.candidates import best_rows


class LiveScores:
    """A source's scores, in which some rows are others, or come after the slice."""

    def __init__(self, base: SourceScores, size: int, rows: Rows, scores: Scores) -> None:
        """Take rising `rows` and their `scores` [histories, rows]; the slice has `size` rows."""
        self._base, self._size = base, size
        self._rows, self._scores = rows, scores

    def best(self, query: int, count: int, hidden: Rows) -> Rows:
        """The `count` best rows for one history of the batch, none of them hidden."""
        replaced = self._rows[self._rows < self._size]
        known = self._base.best(query, count, np.union1d(hidden[hidden < self._size], replaced))
        shown = ~np.isin(self._rows, hidden)
        # All that are in question by rising row, so that of equals the lower one is taken.
        rows = np.concatenate([known, self._rows[shown]])
        scores = np.concatenate([self._base.at(query, known), self._scores[query, shown]])
        order = np.argsort(rows)
        best: Rows = rows[order][best_rows(scores[order], count)]
        return best

    def at(self, query: int, rows: Rows) -> Scores:
        """Scores of given rows for one history of the batch."""
        live = np.isin(rows, self._rows)
        found: NDArray[np.float32] = np.zeros(len(rows), np.float32)
        found[~live] = self._base.at(query, rows[~live])
        found[live] = self._scores[query, np.searchsorted(self._rows, rows[live])]
        return found


class LiveVectorSource:
    """Inner products of user vectors with item vectors, those of live items among them."""

    def __init__(self, source: VectorSource, size: int, rows: Rows, vectors: Scores) -> None:
        """Take rising `rows` of a slice of `size`, or behind it, and their `vectors` [rows, width]."""
        self._source, self._size = source, size
        self._rows, self._vectors = rows, vectors

    def scored(self, users: Scores) -> SourceScores:
        """Scores for user vectors, float32 [histories, width]."""
        scores = users @ self._vectors.T
        return LiveScores(self._source.scored(users), self._size, self._rows, scores)


class LiveMethodSource:
    """A stored scorer, for which an item without events scores 0, as in training, and says nothing."""

    def __init__(self, source: MethodSource, items: int, size: int, rows: Rows) -> None:
        """Take how many `items` the release knows, and `rows` behind a slice of `size`."""
        self._source, self._items = source, items
        self._size, self._rows = size, rows

    def scored(self, histories: Sequence[History]) -> SourceScores:
        """Scores for histories."""
        known = [known_part(history, self._items) for history in histories]
        scored = self._source.scored(known, [len(history.items) > 0 for history in histories])
        zeros = np.zeros((len(histories), len(self._rows)), np.float32)
        return LiveScores(scored, self._size, self._rows, zeros)


def known_part(history: History, items: int) -> History:
    """The events with the first `items` items, which are those that a release knows."""
    known = history.items < items
    return history if known.all() else history.only(known)
