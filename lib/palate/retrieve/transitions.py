"""Transitions: a Markov chain over items, what came right after or near the latest items of a history."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from palate.data.histories import Histories, History
from palate.retrieve.base import SlicedScorer, State
from palate.retrieve.matrix import history_matrix, matrix_from_state, matrix_state
from palate.retrieve.retriever import FittedModel, Retriever, TrainingData

WEIGHT_BY_DISTANCE = {1: 1.0, 2: 0.5}
"""What a pair of events counts that are one or two apart."""
BACKWARDS = 0.5
"""What the same pair counts in the other direction."""
LATEST = 5
"""Items of a history that count, the latest ones."""
DECAY = 0.6
"""The factor from an item of the history to the one before it."""
POPULARITY_WEIGHT = 0.01
"""What the most popular item has where no transition is known."""


@dataclass(frozen=True)
class Transitions:
    """s(u, j) = sum over the latest five items i of 0.6^age(i) P(i, j) + 0.01 popularity(j) / max popularity.

    P has rows of sum 1, from pairs one event apart (1) and two apart (1/2), backwards half of each: a Markov
    chain in the manner of Rendle et al., "Factorizing personalized Markov chains", WWW 2010, not factorised.
    """

    matrix: sp.csr_matrix
    """P, float32 [items, items]."""
    popularity: NDArray[np.float32]
    """Training events of each item, shape [items]."""

    method: ClassVar[str] = "transitions"
    is_personal: ClassVar[bool] = True

    def scores(self, histories: Sequence[History]) -> NDArray[np.float32]:
        latest = [history.only(slice(-LATEST, None)) for history in histories]
        weights = history_matrix(latest, len(self.popularity), DECAY)
        share = self.popularity / max(1.0, float(self.popularity.max(initial=0)))
        return np.asarray((weights @ self.matrix).toarray() + np.float32(POPULARITY_WEIGHT) * share)

    def sliced(self, items: slice) -> SlicedScorer:
        return SlicedScorer(self, items)

    def state(self) -> State:
        return {**matrix_state(self.matrix, "shares"), "popularity": self.popularity}

    def settings(self) -> dict[str, float | int | str]:
        return {}

    @classmethod
    def from_state(cls, state: State, settings: dict[str, float | int | str]) -> Self:
        popularity = state["popularity"].astype(np.float32, copy=False)
        return cls(matrix_from_state(state, "shares", len(popularity)), popularity)


def fit_transitions(blocks: Iterable[Histories], n_items: int) -> Transitions:
    """Count in the training events of blocks of users; memory grows with pairs that met, not with users."""
    counts, popularity = sp.csr_matrix((n_items, n_items), dtype=np.float64), np.zeros(n_items, np.int64)
    for block in blocks:
        items, users = _training_events(block)
        popularity += np.bincount(items, minlength=n_items)
        for distance, weight in WEIGHT_BY_DISTANCE.items():
            pairs = _pairs(items, users, distance, n_items)
            counts += weight * (pairs + BACKWARDS * pairs.T)
    return Transitions(_rows_of_sum_one(counts), popularity.astype(np.float32))


def _training_events(block: Histories) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Items and users of all training events, int [events] each, one user's after the other's."""
    trains = [history.items for history in block.trains()]
    users = np.repeat(np.arange(len(trains)), [len(items) for items in trains])
    return np.concatenate([np.zeros(0, np.int32), *trains]), users


def _pairs(items: NDArray[np.int32], users: NDArray[np.int64], distance: int, n_items: int) -> sp.csr_matrix:
    """How often the column's item came `distance` events after the row's, [items, items]; not itself."""
    earlier, later = items[:-distance], items[distance:]
    together = (users[:-distance] == users[distance:]) & (earlier != later)
    cells = (np.ones(int(together.sum())), (earlier[together], later[together]))
    return sp.csr_matrix(cells, shape=(n_items, n_items))


def _rows_of_sum_one(counts: sp.csr_matrix) -> sp.csr_matrix:
    sums = np.asarray(counts.sum(axis=1)).ravel()
    scale = sp.diags(np.divide(1.0, sums, out=np.zeros_like(sums), where=sums > 0))
    return (scale @ counts).tocsr().astype(np.float32)


def _fit(data: TrainingData) -> list[FittedModel]:
    return [FittedModel(fit_transitions(data.blocks(), data.n_items))]


RETRIEVER = Retriever(models=(Transitions,), fit=_fit)
