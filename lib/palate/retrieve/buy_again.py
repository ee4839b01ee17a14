"""Repeat consumption, "buy it again": what somebody had and is due to take again, by usual gaps."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from palate.data.histories import Histories, History
from palate.retrieve.base import SlicedScorer, State
from palate.retrieve.popularity import EARLIEST_CLOCK
from palate.retrieve.retriever import FittedModel, Retriever, TrainingData

SAME_VISIT = 3600
"""Seconds within which an item that is taken again is still being taken; in a log without a clock 1."""
RATE_PRIOR, GAP_PRIOR = 10.0, 5.0
"""Takes of the average item that an item's rate is shrunk by, and gaps that its usual gap is."""
OWN_RATE_PRIOR, OWN_GAP_PRIOR = 2.0, 3.0
"""The same of a person's own rate and gap, which are shrunk to the item's."""
LEAST_DEVIATION = 0.25
"""Of the logarithm of gaps: nothing is taken by the clock."""
POPULARITY_WEIGHT = 1e-6
"""What the most popular item has of which nothing says that it is due."""

Floats = NDArray[np.float64]


class Takes(NamedTuple):
    """Takes of one or many people, ordered by person, item and time."""

    users: NDArray[np.int64]
    items: NDArray[np.int32]
    times: NDArray[np.int64]

    @classmethod
    def of(cls, users: NDArray[np.int64], items: NDArray[np.int32], times: NDArray[np.int64]) -> Takes:
        """Events, [events] each, less those that go on with a take of the same person and item."""
        order = np.lexsort((times, items, users))
        users, items, times = users[order], items[order], times[order]
        least = SAME_VISIT if len(times) and times.max() >= EARLIEST_CLOCK else 1
        same = (np.diff(users) == 0) & (np.diff(items) == 0)
        new = np.ones(len(items), np.bool_)
        new[1:] = ~same | (np.diff(times) >= least)
        return cls(users[new], items[new], times[new])

    def gaps(self) -> tuple[NDArray[np.int32], Floats]:
        """Item and logarithm of the seconds of each gap between two takes of one person, [gaps] each."""
        again = (np.diff(self.users) == 0) & (np.diff(self.items) == 0)
        return self.items[1:][again], np.log(np.diff(self.times)[again])


@dataclass(frozen=True)
class BuyAgain:
    """The probability that somebody takes an item again by their next visit.

        s(u, i) = r (F(t + w) - F(t)) / (1 - r F(t))

    r is the share of takes of i that were followed by another, F the log-normal distribution of the gaps,
    t the time since u's last take of i and w u's usual time between visits: whoever comes back at all (r)
    comes back after a gap, and whoever has not come back for long probably has stopped. So it rises to the
    usual gap and falls beyond it. Rate and gaps of an item are shrunk to those of all items, and u's own to
    the item's. The time is that of u's latest event. For what u never had it is next to nothing.

    Bhagat et al., "Buy it again: modeling repeat purchase recommendations", KDD 2018, join a rate and a
    log-normal gap so; the share who stop is that of cure models (Boag, JRSS B 11(1), 1949).
    """

    rate: NDArray[np.float32]
    """r of each item, [items]."""
    gap: NDArray[np.float32]
    """Mean logarithm of the seconds between two takes, [items]."""
    deviation: NDArray[np.float32]
    """Its standard deviation, [items]."""
    popularity: NDArray[np.float32]
    """Takes of each item in the training events, [items]."""

    method: ClassVar[str] = "buy-again"
    is_personal: ClassVar[bool] = True

    def scores(self, histories: Sequence[History]) -> NDArray[np.float32]:
        share = self.popularity / max(1.0, float(self.popularity.max(initial=0)))
        scores = np.tile(np.float32(POPULARITY_WEIGHT) * share, (len(histories), 1))
        for row, history in enumerate(histories):
            if len(history.items):
                items, due = self._due(history)
                scores[row, items] += due
        return scores

    def _due(self, history: History) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """The different items of a history, and the probability that each is taken by the next visit."""
        takes = Takes.of(np.zeros(len(history.items), np.int64), history.items, history.times)
        items, firsts, counts = np.unique(takes.items, return_index=True, return_counts=True)
        # The person's own gaps of each item, [items]: how many, and the sum of their logarithms.
        of_gap, logarithms = takes.gaps()
        sums = np.bincount(np.searchsorted(items, of_gap), logarithms, minlength=len(items))
        gaps = counts - 1
        rate = (gaps + OWN_RATE_PRIOR * self.rate[items]) / (gaps + OWN_RATE_PRIOR)
        mean = (sums + OWN_GAP_PRIOR * self.gap[items]) / (gaps + OWN_GAP_PRIOR)
        since = history.times.max() - takes.times[firsts + counts - 1]
        now, later = (
            _share_before(since + wait, mean, self.deviation[items]) for wait in (0.0, self._visit(history))
        )
        due = rate * (later - now) / np.maximum(1 - rate * now, LEAST_CHANCE)
        return items, due.astype(np.float32)

    def _visit(self, history: History) -> float:
        """The usual seconds between two visits of a person; those of the average item for a first visit."""
        pauses = np.diff(np.unique(history.times))
        own = pauses[pauses >= (SAME_VISIT if history.times.max() >= EARLIEST_CLOCK else 1)]
        return float(np.median(own)) if len(own) else float(np.exp(np.mean(self.gap)))

    def sliced(self, items: slice) -> SlicedScorer:
        return SlicedScorer(self, items)

    def state(self) -> State:
        return {
            "rate": self.rate,
            "gap": self.gap,
            "deviation": self.deviation,
            "popularity": self.popularity,
        }

    def settings(self) -> dict[str, float | int | str]:
        return {}

    @classmethod
    def from_state(cls, state: State, settings: dict[str, float | int | str]) -> Self:
        names = ("rate", "gap", "deviation", "popularity")
        return cls(*(state[name].astype(np.float32, copy=False) for name in names))


LEAST_CHANCE = 1e-9
"""So that nothing is divided by 0."""


@dataclass(frozen=True)
class OwnPopularity:
    """Scores an item by how often the person took it; of others by popularity.

    The simplest thing that repeats, and hard to beat for groceries ("P-TopFreq" in Li et al., "A next basket
    recommendation reality check", TOIS 41(4), 2023).
    """

    popularity: NDArray[np.float32]
    """Takes of each item in the training events, [items]."""

    method: ClassVar[str] = "own-popularity"
    is_personal: ClassVar[bool] = True

    def scores(self, histories: Sequence[History]) -> NDArray[np.float32]:
        share = self.popularity / (1 + float(self.popularity.max(initial=0)))
        scores = np.tile(share, (len(histories), 1)).astype(np.float32)
        for row, history in enumerate(histories):
            np.add.at(scores[row], history.items, np.float32(1))
        return scores

    def sliced(self, items: slice) -> SlicedScorer:
        return SlicedScorer(self, items)

    def state(self) -> State:
        return {"popularity": self.popularity}

    def settings(self) -> dict[str, float | int | str]:
        return {}

    @classmethod
    def from_state(cls, state: State, settings: dict[str, float | int | str]) -> Self:
        return cls(state["popularity"].astype(np.float32, copy=False))


def fit_buy_again(blocks: Iterable[Histories], n_items: int) -> BuyAgain:
    """Count the takes and gaps of the training events of blocks of users; memory grows with items alone."""
    # Takes, gaps, and sums of their logarithms and of the squares of these, [4, items].
    sums = np.zeros((4, n_items))
    for block in blocks:
        takes = _training_takes(block)
        of_gap, logarithms = takes.gaps()
        sums += [
            np.bincount(takes.items, minlength=n_items),
            *(np.bincount(of_gap, logarithms**power, minlength=n_items) for power in range(3)),
        ]
    taken, gaps, logarithms, squares = sums
    all_gaps = max(1.0, float(gaps.sum()))
    # One take more that was followed by another, and one that was not: nothing never comes again.
    rate, mean = (gaps.sum() + 1) / (taken.sum() + 2), logarithms.sum() / all_gaps
    variance = squares.sum() / all_gaps - mean**2
    own_mean = (logarithms + GAP_PRIOR * mean) / (gaps + GAP_PRIOR)
    spread = squares - 2 * own_mean * logarithms + gaps * own_mean**2
    deviation = np.sqrt(np.maximum((spread + GAP_PRIOR * variance) / (gaps + GAP_PRIOR), 0))
    return BuyAgain(
        rate=((gaps + RATE_PRIOR * rate) / (taken + RATE_PRIOR)).astype(np.float32),
        gap=own_mean.astype(np.float32),
        deviation=np.maximum(deviation, LEAST_DEVIATION).astype(np.float32),
        popularity=taken.astype(np.float32),
    )


def _training_takes(block: Histories) -> Takes:
    trains = list(block.trains())
    users = np.repeat(np.arange(len(trains)), [len(train.items) for train in trains])
    items = np.concatenate([np.zeros(0, np.int32), *(train.items for train in trains)])
    times = np.concatenate([np.zeros(0, np.int64), *(train.times for train in trains)])
    return Takes.of(users, items, times)


def _share_before(seconds: Floats, mean: Floats, deviation: NDArray[np.float32]) -> Floats:
    """F: the share of gaps that are shorter, 0 for no time at all."""
    from scipy.special import ndtr  # for releases that recommend things again

    with np.errstate(divide="ignore"):
        shares: Floats = ndtr((np.log(seconds) - mean) / deviation)
    return shares


def _fit(data: TrainingData) -> list[FittedModel]:
    fitted = fit_buy_again(data.blocks(), data.n_items)
    return [FittedModel(fitted), FittedModel(OwnPopularity(fitted.popularity))]


RETRIEVER = Retriever(models=(BuyAgain, OwnPopularity), fit=_fit)
