"""iALS, implicit alternating least squares: factors of users and items, through the library `implicit`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, Self

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from palate.data.histories import History
from palate.retrieve.base import SlicedScorer, State
from palate.retrieve.matrix import fall_back, history_matrix
from palate.retrieve.retriever import FittedModel, Retriever, TrainingData


@dataclass(frozen=True)
class ImplicitAls:
    """Dot product of a user's and an item's factors.

    s(u) = Y p(u), with p(u) = (Y'Y + alpha Y(u)'Y(u) + reg I)^-1 (1 + alpha) Y(u)'1, where Y holds the
    items' factors and Y(u) those of the history: a user is folded in from the history alone, so that
    someone the training never saw is served alike. Hu, Koren and Volinsky, "Collaborative Filtering
    for Implicit Feedback Datasets", ICDM 2008.
    """

    factors: NDArray[np.float32]
    """Items' factors, shape [items, factors]."""
    popularity: NDArray[np.float32]
    """Users of each item, shape [items]; the order for those without a history."""
    alpha: float
    """An observed event has confidence 1 + alpha, an absent one 1."""
    regularisation: float

    method: ClassVar[str] = "ials"
    is_personal: ClassVar[bool] = True

    def scores(self, histories: Sequence[History]) -> NDArray[np.float32]:
        scores: NDArray[np.float32] = self.user_factors(histories) @ self.factors.T
        return fall_back(scores, histories, self.popularity)

    def sliced(self, items: slice) -> SlicedScorer:
        return SlicedScorer(self, items)

    def user_factors(self, histories: Sequence[History]) -> NDArray[np.float32]:
        """Factors of users folded in from their histories, float32 [histories, factors]."""
        matrix = history_matrix(histories, len(self.factors))
        with threadpool_limits(1, "blas"):
            folded = self._fitted.recalculate_user(np.arange(len(histories)), matrix)
        return np.asarray(folded, np.float32)

    @cached_property
    def _fitted(self) -> Any:
        """The library's model. It works out Y'Y once: of all items, that is most of an answer's time."""
        model = _solver(self.factors.shape[1], self.regularisation, self.alpha, threads=1)
        model.item_factors = self.factors
        return model

    def state(self) -> State:
        return {"factors": self.factors, "popularity": self.popularity}

    def settings(self) -> dict[str, float | int | str]:
        return {"alpha": self.alpha, "regularisation": self.regularisation}

    @classmethod
    def from_state(cls, state: State, settings: dict[str, float | int | str]) -> Self:
        return cls(
            factors=state["factors"].astype(np.float32, copy=False),
            popularity=state["popularity"].astype(np.float32, copy=False),
            alpha=float(settings["alpha"]),
            regularisation=float(settings["regularisation"]),
        )


def fit_implicit_als(
    blocks: Iterable[sp.csr_matrix],
    factors: int,
    regularisation: float,
    alpha: float,
    iterations: int,
    threads: int,
    seed: int,
) -> ImplicitAls:
    """Fit from blocks of users, binary matrices [users, items]; at least one block.

    Limit: it holds all training events as one sparse matrix and its transpose (16 bytes an event) and a
    factor vector for each user.
    """
    matrix = sp.vstack(list(blocks), format="csr")
    # BLAS threads under the solver's own threads make it many times slower, as its authors warn.
    with threadpool_limits(1, "blas"):
        model = _solver(factors, regularisation, alpha, threads, iterations=iterations, random_state=seed)
        model.fit(matrix, show_progress=False)
    popularity = np.asarray(matrix.sum(axis=0), np.float32).ravel()
    return ImplicitAls(np.asarray(model.item_factors, np.float32), popularity, alpha, regularisation)


def _fit(data: TrainingData) -> list[FittedModel]:
    model = fit_implicit_als(
        data.matrices(),
        factors=data.settings.als_factors,
        regularisation=data.settings.als_regularisation,
        alpha=data.settings.als_alpha,
        iterations=data.settings.als_iterations,
        threads=data.threads,
        seed=data.seed,
    )
    return [FittedModel(model)]


def _solver(factors: int, regularisation: float, alpha: float, threads: int, **options: Any) -> Any:
    from implicit.cpu.als import AlternatingLeastSquares  # half a second, for releases that have iALS

    # It warns of BLAS threads when it is made, which those who call it have limited for its work.
    with threadpool_limits(1, "blas"):
        return AlternatingLeastSquares(
            factors=factors,
            regularization=regularisation,
            # The library takes the whole confidence of an event, not what exceeds the 1 of its absence.
            alpha=1.0 + alpha,
            num_threads=threads,
            **options,
        )


RETRIEVER = Retriever(models=(ImplicitAls,), fit=_fit)
