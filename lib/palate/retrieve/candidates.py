"""What the retrievers propose, and how the proposals of several catalogue shards become one."""

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
    """Whether the source has the candidate among its best, shape [n, sources]."""

    def __len__(self) -> int:
        return len(self.items)


def nominate(scores: NDArray[np.float32], places: int) -> NDArray[np.bool_]:
    """The `places` best rows of each column, bool of the shape of `scores`, [n, sources].

    Of equal scores the lower row is taken. A row of minus infinity is never taken.
    """
    taken = np.isfinite(scores)
    if len(scores) <= places:
        return taken
    for column in range(scores.shape[1]):
        best = best_rows(scores[:, column], places)
        chosen = np.zeros(len(scores), bool)
        chosen[best] = True
        taken[:, column] &= chosen
    return taken


def best_rows(scores: NDArray[np.float32], count: int) -> NDArray[np.int64]:
    """Rows of the `count` highest scores (float32 [n]), best first; of equals the lower row."""
    if count >= len(scores):
        return np.argsort(-scores, kind="stable").astype(np.int64)
    limit = np.partition(scores, len(scores) - count)[len(scores) - count]
    above = np.flatnonzero(scores > limit)
    level = np.flatnonzero(scores == limit)[: count - len(above)]
    rows = np.concatenate([above, level])
    best: NDArray[np.int64] = rows[np.lexsort((rows, -scores[rows]))]
    return best


def merge_candidates(parts: Sequence[Candidates], places: int) -> Candidates:
    """Candidates of the whole catalogue from those of its shards, each of which nominated `places` a source.

    An item that is among a source's best of all is among the best of its shard, so nothing is lost.
    """
    if len(parts) == 1:
        return parts[0]
    items = np.concatenate([part.items for part in parts])
    scores = np.concatenate([part.scores for part in parts])
    order = np.argsort(items, kind="stable")
    nominated = nominate(scores[order], places)
    nominated &= np.concatenate([part.nominated for part in parts])[order]
    kept = nominated.any(axis=1)
    return Candidates(parts[0].sources, items[order][kept], scores[order][kept], nominated[kept])
