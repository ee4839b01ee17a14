"""User-kNN: what people took who took much of the same."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from palate.data.histories import History
from palate.retrieve.base import SlicedScorer, State
from palate.retrieve.knn import nearest
from palate.retrieve.matrix import fall_back, history_matrix
from palate.retrieve.retriever import FittedModel, Retriever, TrainingData


@dataclass(frozen=True)
class UserKnn:
    """Sum of the similarities of the nearest users who took an item.

    s(u, j) = sum over the N users v nearest to u who took j of c(u, v), with
    c(u, v) = |items of both| / (sqrt(|items of u| |items of v|) + shrinkage). Herlocker et al., "An
    Algorithmic Framework for Performing Collaborative Filtering", SIGIR 1999, for events without ratings.
    The model is the training events themselves, which is to be thought of before it is given away.
    """

    interactions: sp.csr_matrix
    """What each training user took: ones, float32 [users, items]."""
    neighbours: int
    shrinkage: float

    method: ClassVar[str] = "user-knn"
    is_personal: ClassVar[bool] = True

    def scores(self, histories: Sequence[History]) -> NDArray[np.float32]:
        own = history_matrix(histories, self.interactions.shape[1])
        scores = (self._similarities(own) @ self.interactions).toarray().astype(np.float32)
        return fall_back(scores, histories, np.asarray(self.interactions.sum(0), np.float32).ravel())

    def sliced(self, items: slice) -> SlicedScorer:
        return SlicedScorer(self, items)

    def _similarities(self, own: sp.csr_matrix) -> sp.csr_matrix:
        """Of each history with its nearest users, float32 [histories, users]."""
        # Items in common, the non-zero cells of [histories, users], and the cosine of each.
        shared = (own @ self.interactions.T).tocoo()
        sizes, others = (np.asarray(matrix.sum(1)).ravel() for matrix in (own, self.interactions))
        lengths = np.sqrt(sizes[shared.row] * others[shared.col])
        cosines = (shared.data / (lengths + self.shrinkage)).astype(np.float32)
        # The nearest users of each history alone.
        near = nearest(shared.row, shared.col, cosines, self.neighbours)
        return sp.csr_matrix((cosines[near], (shared.row[near], shared.col[near])), shape=shared.shape)

    def state(self) -> State:
        return {
            "items": self.interactions.indices,
            "offsets": self.interactions.indptr,
            "width": np.array([self.interactions.shape[1]], np.int64),
        }

    def settings(self) -> dict[str, float | int | str]:
        return {"neighbours": self.neighbours, "shrinkage": self.shrinkage}

    @classmethod
    def from_state(cls, state: State, settings: dict[str, float | int | str]) -> Self:
        items, offsets = state["items"], state["offsets"]
        shape = (len(offsets) - 1, int(state["width"][0]))
        taken = sp.csr_matrix((np.ones(len(items), np.float32), items, offsets), shape=shape)
        return cls(taken, int(settings["neighbours"]), float(settings["shrinkage"]))


def fit_user_knn(blocks: Iterable[sp.csr_matrix], neighbours: int, shrinkage: float) -> UserKnn:
    """Keep the blocks of users, binary matrices [users, items]; at least one block.

    Limit: it holds all training events (8 bytes each), and compares every history with all users who share
    an item with it.
    """
    return UserKnn(sp.vstack(list(blocks), format="csr").astype(np.float32), neighbours, shrinkage)


def _fit(data: TrainingData) -> list[FittedModel]:
    settings = data.settings
    return [FittedModel(fit_user_knn(data.matrices(), settings.knn_neighbours, settings.knn_shrinkage))]


RETRIEVER = Retriever(models=(UserKnn,), fit=_fit)
