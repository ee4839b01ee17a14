"""Popularity: the same list for everybody, what most users took, of all time or of late."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from palate.data.histories import Histories, History
from palate.retrieve.base import SlicedScorer, State
from palate.retrieve.retriever import FittedModel, Retriever, TrainingData
from palate.schema import DAY

EARLIEST_CLOCK = 315_532_800
"""1980-01-01 in seconds since 1970. Times below it are positions in a log without a clock."""


@dataclass(frozen=True)
class Popularity:
    """Scores an item by the number of users who took it: s(u, i) = |{v : v took i}|."""

    counts: NDArray[np.float32]
    """Users, or sum of event weights, of each item; shape [items]."""

    method: ClassVar[str] = "popularity"
    is_personal: ClassVar[bool] = False

    def scores(self, histories: Sequence[History]) -> NDArray[np.float32]:
        return np.tile(self.counts, (len(histories), 1))

    def sliced(self, items: slice) -> SlicedScorer:
        return SlicedScorer(self, items)

    def state(self) -> State:
        return {"counts": self.counts}

    def settings(self) -> dict[str, float | int | str]:
        return {}

    @classmethod
    def from_state(cls, state: State, settings: dict[str, float | int | str]) -> Self:
        return cls(state["counts"].astype(np.float32, copy=False))


class RecentPopularity(Popularity):
    """Popularity in which an event loses half its weight in every half-life.

    s(u, i) = sum of 0.5^(age / half-life) over the training events of item i, where age is counted
    from the newest training event of all. This is the "decaying popularity" baseline of Ji et al.,
    "A Re-visit of the Popularity Baseline in Recommender Systems", SIGIR 2020.
    """

    method: ClassVar[str] = "recent-popularity"


def fit_popularity(blocks: Iterable[sp.csr_matrix]) -> Popularity:
    """Count users by item over blocks of users, binary matrices [users, items]; at least one block."""
    totals = sum(np.asarray(block.sum(axis=0), np.float64).ravel() for block in blocks)
    return Popularity(np.asarray(totals, np.float32))


def fit_recent_popularity(
    blocks: Iterable[Histories], n_items: int, half_life_days: float
) -> RecentPopularity:
    """Add up the decayed weights of the training events of all blocks.

    In a log without clock times nothing tells what was recent for everybody. There, an event's age is
    the number of training events that its user did later, and the half-life is that many events.
    """
    newest, totals = None, np.zeros(n_items)
    for items, times in map(_train_events, blocks):
        if len(items) == 0:
            continue
        # What was counted so far ages up to the newest event of all.
        reference = int(times.max()) if newest is None else max(newest, int(times.max()))
        totals *= 1.0 if newest is None else _decayed(np.array(reference - newest), half_life_days)
        weights = _decayed(reference - times, half_life_days)
        totals += np.bincount(items, weights, minlength=n_items)
        newest = reference
    return RecentPopularity(totals.astype(np.float32))


def _fit(data: TrainingData) -> list[FittedModel]:
    half_life = data.settings.recency_half_life_days
    recent = fit_recent_popularity(data.blocks(), data.n_items, half_life)
    return [FittedModel(fit_popularity(data.matrices())), FittedModel(recent)]


def _decayed(seconds: NDArray[np.int64], half_life_days: float) -> NDArray[np.float64]:
    return np.power(0.5, seconds / (half_life_days * DAY))


def _train_events(histories: Histories) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Items and times of all training events; without a clock a user's newest event is at time 0."""
    # Items and times, [events], one user's after the other's.
    trains = list(histories.trains())
    items = np.concatenate([np.zeros(0, np.int32), *(train.items for train in trains)])
    times = np.concatenate([np.zeros(0, np.int64), *(train.times for train in trains)])
    if len(times) and times.max() < EARLIEST_CLOCK:
        positions = [np.arange(1 - len(train.items), 1) * DAY for train in trains]
        times = np.concatenate([np.zeros(0, np.int64), *positions])
    return items, times


RETRIEVER = Retriever(models=(Popularity, RecentPopularity), fit=_fit)
