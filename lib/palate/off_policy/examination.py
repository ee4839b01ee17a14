"""Examination propensity (position bias): how much each place is looked at, from the draws of exploration.

Drawn items stand by their rank. So where a draw falls above another drawn item it moves that item one place
down, and where it falls below it does not; with which probability, given all other draws, is known from what
was left to draw. This is an intervention that needs no swap of its own (intervention harvesting: Agarwal,
Zaitsev, Wang, Li, Najork and Joachims, "Estimating Position Bias without Intrusive Interventions", WSDM
2019). The clicks of both cases, each weighed by the probability of the other (overlap weights: Li, Morgan and
Zaslavsky, JASA 2018, which are bounded, so that nothing is clipped), have the ratio of the attention to both
places as their ratio, if a click is attention times what the item is worth (position-based model).

Places that `explore` never draws remain unknown: lists that are drawn whole (`explore: 1`) tell all of them.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from palate.off_policy.draws import CandidatePool, Draws
from palate.off_policy.place_estimates import LoggedPlaces
from palate.off_policy.user_sums import Influence, UserSums
from palate.off_policy.whole_lists import PolicyValue

Values = NDArray[np.float64]

LEAST_EVENTS = 20
"""Events at a place below which nothing is said of it."""


class PlaceAttention(NamedTuple):
    """Attention to a place in relation to the first place that is known."""

    place: int
    """From 1."""
    attention: PolicyValue
    """1 without doubt for the first."""
    events: int
    """At this place, of items that were drawn."""


class AttentionEstimator:
    """Takes list by list, in a memory that does not grow with them."""

    def __init__(self, longest: int) -> None:
        """Take the places of the longest list."""
        self._pairs = longest - 1
        self._sums = UserSums(2 * self._pairs)
        self._events = np.zeros(longest)

    def add(self, logged: LoggedPlaces, draws: Draws, pool: CandidatePool) -> None:
        """Take a logged list; one with fewer than two draws tells nothing."""
        if len(draws.places) < 2:
            return
        ranks, head = draws.ranks[draws.places], len(draws.ranks) - len(draws.places)
        terms = np.zeros((2, self._pairs))
        for draw, rank in enumerate(ranks):
            others = np.delete(ranks, draw)
            above = np.cumsum(_chances(pool.scores, head, ranks, draw))[others]
            moved = (rank < others).astype(np.int64)
            # The upper one of the two places at which each of the other drawn items may stand.
            upper = head + np.argsort(np.argsort(others))
            acted = logged.acted[upper + moved]
            np.add.at(terms, (moved, upper), acted * np.where(moved == 1, 1 - above, above))
        self._events[: len(logged.acted)][head:] += logged.acted[head:]
        self._sums.add(logged.user, terms.ravel())

    def attention(self) -> list[PlaceAttention]:
        """Each place of the longest row of known neighbours; one from the first place wins."""
        sums, enough = self._sums.total.reshape(2, -1), self._events >= LEAST_EVENTS
        begin, end = _longest_run(enough[1:] & enough[:-1] & (sums > 0).all(axis=0))
        if begin == end or self._sums.users < 2:
            return []
        # The logarithm of the attention is a sum of those of the ratios of lower places to upper ones.
        logs, slope = [Influence(0.0, np.zeros(2 * self._pairs))], np.zeros((2, self._pairs))
        for pair in range(begin, end):
            slope[:, pair] = [-1 / sums[0, pair], 1 / sums[1, pair]]
            value = logs[-1].value + float(np.log(sums[1, pair] / sums[0, pair]))
            logs.append(Influence(value, slope.ravel().copy()))
        return [
            PlaceAttention(begin + 1 + number, self._attention(log), int(self._events[begin + number]))
            for number, log in enumerate(logs)
        ]

    def _attention(self, log: Influence) -> PolicyValue:
        return PolicyValue(*np.exp(self._sums.interval(log)).tolist())


def _chances(scores: Values, head: int, ranks: NDArray[np.int64], draw: int) -> Values:
    """Probability of each item of the pool for one draw, given all others and their order, [items].

    That of a whole course of draws is the product of weight over what was left; what this draw takes is left
    to none of the later ones.
    """
    chances, others = scores.copy(), np.delete(ranks, draw)
    chances[:head], chances[others] = 0.0, 0.0
    # What was left at each later draw, had this one not been made, [later draws].
    taken = np.cumsum(scores[others])
    left = scores[head:].sum() - np.concatenate([[0.0], taken])[draw:-1]
    weights = chances.copy()
    for later in left:
        chances /= 1 - weights / later
    shares: Values = chances / chances.sum()
    return shares


def _longest_run(known: NDArray[np.bool_]) -> tuple[int, int]:
    """Where the longest run of true values begins, and where it has ended; one from the first place wins."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], known, [False]]).astype(np.int8)))
    runs = [(int(begin), int(end)) for begin, end in edges.reshape(-1, 2)]
    return max(runs, key=lambda run: (run[0] == 0, run[1] - run[0]), default=(0, 0))
