"""Candidates: what the retrievers nominate, and how those of several catalogue shards are merged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Candidates:
    """Items that at least one source nominated for a history, with what every source thinks of them."""

    sources: tuple[str, ...]
    items: NDArray[np.int32]
    """Catalogue indices, ascending, shape [n]."""
    scores: NDArray[np.float32]
    """Score of each candidate by each source, shape [n, sources]; the higher the better."""
    nominated: NDArray[np.bool_]
    """Whether the source has the candidate among its best, shape [n, sources]; an item that no source
    nominates would have been one, but for a rule that keeps it out."""

    def __len__(self) -> int:
        return len(self.items)

    def among(self, sources: tuple[str, ...]) -> Candidates:
        """The same candidates as the first sources alone see them."""
        count = len(sources)
        return Candidates(sources, self.items, self.scores[:, :count], self.nominated[:, :count])

    def at(self, rows: NDArray[np.int64]) -> Candidates:
        """Some of the candidates, by their rising rows."""
        return Candidates(self.sources, self.items[rows], self.scores[rows], self.nominated[rows])


def nominate(scores: NDArray[np.float32], count: int) -> NDArray[np.bool_]:
    """The `count` best rows of each column, bool of the shape of `scores`, [n, sources].

    Of equal scores the lower row is taken. A row of minus infinity is never taken.
    """
    nominated = np.isfinite(scores)
    if len(scores) <= count:
        return nominated
    for column in range(scores.shape[1]):
        # Of one source: a mask of its best rows, [n].
        is_best = np.zeros(len(scores), bool)
        is_best[best_rows(scores[:, column], count)] = True
        nominated[:, column] &= is_best
    return nominated


def best_rows(scores: NDArray[np.float32], count: int) -> NDArray[np.int64]:
    """Rows of the `count` highest scores (float32 [n]), best first; of equals the lower row."""
    if count >= len(scores):
        return np.argsort(-scores, kind="stable").astype(np.int64)
    # All rows above the last score that is taken, and the lowest rows at it.
    limit = np.partition(scores, len(scores) - count)[len(scores) - count]
    above = np.flatnonzero(scores > limit)
    level = np.flatnonzero(scores == limit)[: count - len(above)]
    # Those, by falling score and rising row.
    rows = np.concatenate([above, level])
    best: NDArray[np.int64] = rows[np.lexsort((rows, -scores[rows]))]
    return best


def merge_candidates(parts: Sequence[Candidates], count: int) -> Candidates:
    """Candidates of the whole catalogue from those of its shards, each of which nominated `count` a source.

    An item that is among a source's best of all is among the best of its shard, so nothing is lost.
    """
    if len(parts) == 1:
        return parts[0]
    # All candidates by rising item, with every source's score, [n, sources].
    items = np.concatenate([part.items for part in parts])
    scores = np.concatenate([part.scores for part in parts])
    order = np.argsort(items, kind="stable")
    # A source's best of all are among its best of each part; who is no longer anybody's best is dropped.
    by_parts = np.concatenate([part.nominated for part in parts])[order]
    eligible = np.where(by_parts, scores[order], -np.inf)
    nominated = nominate(eligible, count)
    rows = np.flatnonzero(nominated.any(axis=1) | ~by_parts.any(axis=1))
    return Candidates(parts[0].sources, items[order], scores[order], nominated).at(rows)
