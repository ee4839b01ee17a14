"""Candidate sources: each scores a batch of histories over a slice of the catalogue, then answers for one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from palate.data.histories import EMPTY_HISTORY, History
from palate.retrieve import StoredScorer, VectorShard
from palate.retrieve.candidates import best_rows
from palate.retrieve.ivf import InvertedLists

Scores = NDArray[np.float32]
Rows = NDArray[np.int64]


class SourceScores(Protocol):
    """A source's scores of the slice for a batch of histories; rows are positions in the slice."""

    def best(self, query: int, count: int, hidden: Rows) -> Rows:
        """The `count` best rows for one history of the batch, none of them hidden."""
        ...

    def at(self, query: int, rows: Rows) -> Scores:
        """Scores of given rows for one history of the batch."""
        ...


class DenseScores:
    """All scores, worked out in one matrix product for the whole batch."""

    def __init__(self, matrix: Scores) -> None:
        """Take float32 [histories, slice]."""
        self._matrix = matrix

    def best(self, query: int, count: int, hidden: Rows) -> Rows:
        scores = self._matrix[query]
        if not len(hidden):
            return best_rows(scores, count)
        unseen = scores.copy()
        unseen[hidden] = -np.inf
        rows = best_rows(unseen, count)
        finite: Rows = rows[np.isfinite(unseen[rows])]
        return finite

    def at(self, query: int, rows: Rows) -> Scores:
        scores: Scores = self._matrix[query, rows]
        return scores


class TopList:
    """Scores that are the same for everybody, sorted once: an answer reads the beginning of the list."""

    def __init__(self, scores: Scores) -> None:
        """Take float32 [slice]."""
        self._scores, self._order = scores, best_rows(scores, len(scores)).astype(np.int32)

    def best(self, query: int, count: int, hidden: Rows) -> Rows:
        read = count
        while True:
            rows = self._order[:read]
            shown = rows[~np.isin(rows, hidden)][:count]
            if len(shown) == count or read >= len(self._order):
                return shown.astype(np.int64)
            read = 4 * read + len(hidden) // 4

    def at(self, query: int, rows: Rows) -> Scores:
        scores: Scores = self._scores[rows]
        return scores


class GraphScores:
    """An approximate search: only what it meets is scored, so that millions of items can be searched."""

    def __init__(self, queries: Scores, vectors: Scores, shard: VectorShard | InvertedLists) -> None:
        """Take float32 [histories, width], float32 [slice, width] and an index of the same slice."""
        self._queries, self._vectors = queries, vectors
        self._shard = shard

    def best(self, query: int, count: int, hidden: Rows) -> Rows:
        if 2 * len(hidden) > len(self._vectors):
            return self._best_of_few(query, count, hidden)
        seen = (hidden + self._shard.first).astype(np.int32)
        items = self._shard.search(self._queries[query : query + 1], count, [seen]).items[0]
        rows: Rows = items[items >= 0].astype(np.int64) - self._shard.first
        return rows

    def _best_of_few(self, query: int, count: int, hidden: Rows) -> Rows:
        """All that is not hidden is compared: on its way through a graph a search would meet little else."""
        rows = np.setdiff1d(np.arange(len(self._vectors), dtype=np.int64), hidden, assume_unique=True)
        best: Rows = rows[best_rows(self.at(query, rows), count)]
        return best

    def at(self, query: int, rows: Rows) -> Scores:
        scores: Scores = self._vectors[rows] @ self._queries[query]
        return scores


class VectorSource:
    """Inner products of user vectors with item vectors."""

    def __init__(self, vectors: Scores, shard: VectorShard | InvertedLists | None = None) -> None:
        """Take float32 [slice, width], and an index of them unless every item is to be compared."""
        self._vectors, self._shard = np.ascontiguousarray(vectors), shard

    def scored(self, users: Scores) -> SourceScores:
        """Scores for user vectors, float32 [histories, width]."""
        if self._shard is not None:
            return GraphScores(users, self._vectors, self._shard)
        return DenseScores(users @ self._vectors.T)


class MethodSource:
    """A stored scorer, cut to the slice."""

    def __init__(self, scorer: StoredScorer, items: slice) -> None:
        self._scorer = scorer.sliced(items)
        self._top_list = (
            None if scorer.is_personal else TopList(self._scorer.scores([EMPTY_HISTORY])[0].copy())
        )

    def scored(self, histories: Sequence[History], had: Sequence[bool] | None = None) -> SourceScores:
        """Scores for histories.

        `had` tells of each whether the person has a history, even if nothing of it is known to the scorer,
        which then has nothing to say: what it answers for an empty one is popularity.
        """
        if self._top_list is not None:
            return self._top_list
        scores = self._scorer.scores(histories)
        if had is not None:
            unknown = [any_ and not len(history.items) for history, any_ in zip(histories, had, strict=True)]
            scores[unknown] = 0
        return DenseScores(scores)
