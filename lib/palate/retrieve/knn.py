"""Item-kNN: what resembles the items of the history, by who took both."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import ClassVar, Self

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from palate.data.histories import History
from palate.retrieve.base import SlicedScorer, State
from palate.retrieve.matrix import fall_back, history_matrix, matrix_from_state, matrix_state
from palate.retrieve.retriever import FittedModel, Retriever, TrainingData


@dataclass(frozen=True)
class ItemKnn:
    """Sum of the similarities between an item and those of the history.

    s(u, j) = sum over i in u's history of c(i, j), if j is among the N nearest of i, with
    c(i, j) = |users of both| / (sqrt(|users of i| |users of j|) + shrinkage). The neighbourhoods are
    those of Deshpande and Karypis, "Item-Based Top-N Recommendation Algorithms", TOIS 2004.
    """

    neighbours: sp.csr_matrix
    """Similarities, float32 [items, items], N a row."""
    popularity: NDArray[np.float32]
    """Users of each item, shape [items]; the order for those without a history."""

    method: ClassVar[str] = "item-knn"
    is_personal: ClassVar[bool] = True

    def scores(self, histories: Sequence[History]) -> NDArray[np.float32]:
        matrix = history_matrix(histories, len(self.popularity))
        return fall_back((matrix @ self.neighbours).toarray(), histories, self.popularity)

    def sliced(self, items: slice) -> SlicedScorer:
        return SlicedScorer(self, items)

    def state(self) -> State:
        return {**matrix_state(self.neighbours, "similarities"), "popularity": self.popularity}

    def settings(self) -> dict[str, float | int | str]:
        return {}

    @classmethod
    def from_state(cls, state: State, settings: dict[str, float | int | str]) -> Self:
        popularity = state["popularity"].astype(np.float32, copy=False)
        return cls(matrix_from_state(state, "similarities", len(popularity)), popularity)


def fit_item_knn(blocks: Iterable[sp.csr_matrix], neighbours: int, shrinkage: float) -> ItemKnn:
    """Fit from blocks of users, binary matrices [users, items]; at least one block.

    It holds the sparse matrix of co-occurrences, so that its memory grows with the pairs of items that
    some user took both of, and not with the users.
    """
    # Users of both, [items, items]; the diagonal has the users of each item.
    together = reduce(add, ((block.T @ block).tocsr() for block in blocks))
    popularity = together.diagonal().astype(np.float32)
    # Cosines of the pairs of different items, [pairs].
    pairs = together.tocoo()
    other = pairs.row != pairs.col
    rows, columns, counts = pairs.row[other], pairs.col[other], pairs.data[other]
    cosines = counts / (np.sqrt(popularity[rows] * popularity[columns]) + np.float32(shrinkage))
    # The N nearest of each item, as a sparse matrix.
    neighbour = nearest(rows, columns, cosines, neighbours)
    cells = (cosines[neighbour].astype(np.float32), (rows[neighbour], columns[neighbour]))
    return ItemKnn(sp.csr_matrix(cells, shape=together.shape), popularity)


def nearest(
    rows: NDArray[np.int32], columns: NDArray[np.int32], cosines: NDArray[np.float32], count: int
) -> NDArray[np.int64]:
    """Positions of the `count` largest of each row; of equals, those of the lower column."""
    # Row by row, within each by falling cosine; then the rank of each entry in its row.
    order = np.lexsort((columns, -cosines, rows))
    lengths = np.bincount(rows)
    starts = np.cumsum(lengths) - lengths
    ranks = np.arange(len(rows)) - np.repeat(starts, lengths)
    nearest: NDArray[np.int64] = order[ranks < count]
    return nearest


def _fit(data: TrainingData) -> list[FittedModel]:
    settings = data.settings
    return [FittedModel(fit_item_knn(data.matrices(), settings.knn_neighbours, settings.knn_shrinkage))]


RETRIEVER = Retriever(models=(ItemKnn,), fit=_fit)
