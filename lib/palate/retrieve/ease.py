"""EASE: one linear map from the items of a history to all items, solved in closed form."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Self

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from palate.data.histories import History
from palate.errors import PalateError
from palate.retrieve.base import State
from palate.retrieve.matrix import fall_back, history_matrix
from palate.retrieve.retriever import FittedModel, Retriever, TrainingData

SLAB = 1024
"""Rows that are worked on at a time, so that no second dense matrix is needed."""


@dataclass(frozen=True)
class Ease:
    """Embarrassingly shallow autoencoder: s(u) = x(u) B, with x(u) the binary history.

    B minimises |X - X B|^2 + l2 |B|^2 under a zero diagonal: with P = (X'X + l2 I)^-1 it is
    B(i, j) = -P(i, j) / P(j, j). Steck, "Embarrassingly Shallow Autoencoders for Sparse Data", WWW 2019.
    """

    weights: NDArray[np.float32]
    """B, shape [items, items]; a slice of the catalogue has the columns of its items alone."""
    popularity: NDArray[np.float32]
    """Users of each item, shape [items]; the order for those without a history."""

    method: ClassVar[str] = "ease"
    is_personal: ClassVar[bool] = True

    def scores(self, histories: Sequence[History]) -> NDArray[np.float32]:
        return self._mapped(histories, decay=1.0)

    def sliced(self, items: slice) -> Self:
        """The same model with the columns of the slice alone: no other score is worked out."""
        return replace(
            self, weights=np.ascontiguousarray(self.weights[:, items]), popularity=self.popularity[items]
        )

    def state(self) -> State:
        return {"weights": self.weights, "popularity": self.popularity}

    def settings(self) -> dict[str, float | int | str]:
        return {}

    @classmethod
    def from_state(cls, state: State, settings: dict[str, float | int | str]) -> Self:
        return cls(
            state["weights"].astype(np.float32, copy=False),
            state["popularity"].astype(np.float32, copy=False),
        )

    def _mapped(self, histories: Sequence[History], decay: float) -> NDArray[np.float32]:
        matrix = history_matrix(histories, len(self.weights), decay)
        return fall_back(np.asarray(matrix @ self.weights), histories, self.popularity)


@dataclass(frozen=True)
class EaseRecent(Ease):
    """EASE in which a history item weighs decay^age, its age counted in events and the newest 0.

    The map B is that of EASE; only the histories that are scored are weighted.
    """

    decay: float

    method: ClassVar[str] = "ease-recent"

    def scores(self, histories: Sequence[History]) -> NDArray[np.float32]:
        return self._mapped(histories, self.decay)

    def settings(self) -> dict[str, float | int | str]:
        return {"decay": self.decay}

    @classmethod
    def from_state(cls, state: State, settings: dict[str, float | int | str]) -> Self:
        ease = Ease.from_state(state, {})
        return cls(ease.weights, ease.popularity, float(settings["decay"]))


def fit_ease(blocks: Iterable[sp.csr_matrix], l2: float) -> Ease:
    """Fit from blocks of users, binary matrices [users, items]; at least one block.

    Limit: it holds one dense float32 matrix of items x items (600 MB at 12,000 items, 3.6 GB at
    30,000), and its time grows with the cube of the items. The number of users does not matter.
    Raises `PalateError` when the matrix cannot be inverted in float32.
    """
    # X'X + l2 I, whose diagonal has held the users of each item until then.
    gram = _gram(blocks)
    popularity = gram.diagonal().copy()
    gram[np.diag_indices_from(gram)] += np.float32(l2)
    # B(i, j) = -P(i, j) / P(j, j), in the memory of P.
    inverse = _invert_in_place(gram)
    inverse /= -inverse.diagonal().copy()
    np.fill_diagonal(inverse, 0.0)
    return Ease(inverse, popularity)


def _fit(data: TrainingData) -> list[FittedModel]:
    """EASE with and without recency, where the catalogue is small enough for its dense matrix."""
    if data.n_items > data.settings.ease_max_items:
        return []
    ease = fit_ease(data.matrices(), data.settings.ease_l2)
    recent = EaseRecent(ease.weights, ease.popularity, data.settings.history_decay)
    return [FittedModel(ease), FittedModel(recent, arrays_of=Ease.method)]


def _gram(blocks: Iterable[sp.csr_matrix]) -> NDArray[np.float32]:
    """X'X, float32 [items, items], added up over the blocks."""
    gram: NDArray[np.float32] | None = None
    for block in blocks:
        by_item = block.T.tocsr()
        if gram is None:
            gram = np.zeros((by_item.shape[0],) * 2, np.float32)
        for start in range(0, len(gram), SLAB):
            gram[start : start + SLAB] += (by_item[start : start + SLAB] @ block).toarray()
    if gram is None:
        raise ValueError("EASE needs at least one block of users")
    return gram


def _invert_in_place(matrix: NDArray[np.float32]) -> NDArray[np.float32]:
    """Inverse of a symmetric positive definite matrix, in the memory of the matrix."""
    from scipy.linalg import lapack  # for fitting alone, where scoring needs no more than NumPy

    factor, info = lapack.spotrf(matrix.T, lower=1, clean=0, overwrite_a=1)
    if info == 0:
        factor, info = lapack.spotri(factor, lower=1, overwrite_c=1)
    if info != 0:
        raise PalateError("EASE cannot invert its matrix in float32; raise baselines.ease_l2")
    inverse: NDArray[np.float32] = factor.T
    _mirror_upper(inverse)
    return inverse


def _mirror_upper(matrix: NDArray[np.float32]) -> None:
    """Copy the upper triangle to the lower one, in place."""
    for start in range(0, len(matrix), SLAB):
        end = start + SLAB
        corner = np.triu(matrix[start:end, start:end])
        matrix[start:end, start:end] = corner + np.triu(corner, 1).T
        matrix[start:end, :start] = matrix[:start, start:end].T


RETRIEVER = Retriever(models=(Ease, EaseRecent), fit=_fit)
