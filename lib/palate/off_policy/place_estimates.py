"""Place-based estimators: what lists of another policy would earn, from the places of the logged ones.

The reward of a list is the number of its places that led to an event. Under the position-based model
(Craswell, Zoeter, Taylor and Ramsey, WSDM 2008) that of item i at place j is attention_j times what i is to
this person, so an item that was logged at place p and would stand at place t of the other list tells
attention_t / attention_p of its reward: Li, Abbasi-Yadkori, Kveton, Muthukrishnan, Vinay and Wen, "Offline
Evaluation of Ranking Policies with Click Models", KDD 2018. How often an item had the chance is in the
weights of `Draws`.

Per list, with w the weights and r the rewards of the shown places, all sums over places whose item the other
list holds:

    IPS    sum of w attention_t / attention_p r
    SNIPS  IPS of all lists over their sum of w attention_t, times the attention of an other list
    DR     IPS + sum over the other list of q - sum of w attention_t / attention_p q

where the reward model q is least squares on the score that the logging release gave.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from palate.off_policy.draws import CandidatePool, Draws
from palate.off_policy.user_sums import Influence, UserSums
from palate.off_policy.whole_lists import PolicyValue

Values = NDArray[np.float64]

LISTS, REWARD, IPS, SHOWN, TARGET, SUPPORTED = range(6)
"""Terms of a list; behind them the features that DR corrects by."""
FEATURES = 3
LOG_FLOOR = -20.0
"""Of a share of the scores."""
RIDGE = 1e-6
"""Keeps the reward model finite where a feature does not vary."""


class LoggedPlaces(NamedTuple):
    """One logged list."""

    user: tuple[str, ...]
    """Whose lists are dependent."""
    items: tuple[str, ...]
    """Best first, [places]."""
    acted: NDArray[np.bool_]
    """Whether the place led to an event, [places]."""


class Estimated(NamedTuple):
    """Events a list, by one estimator."""

    value: PolicyValue
    gain: PolicyValue | None
    """The value less the mean of the log, its interval from the same lists; None for that mean itself."""


class PlaceEstimates(NamedTuple):
    """What is estimated of the other lists."""

    lists: int
    users: int
    overlap: float
    """Share of the other lists' attention on items that had a chance to be shown, 0 to 1."""
    effective_lists: float
    """Lists of the other policy that would tell as much: Kish's (sum w)^2 / sum w^2."""
    by_estimator: dict[str, Estimated]
    """`log` (the mean of the log, the trivial rival), `ips`, `snips` and `doubly robust`."""


class PlaceEstimator:
    """Takes list by list, in a memory that does not grow with them."""

    def __init__(self, attention: Values) -> None:
        """Take how much each place is looked at in relation to the first, for the longest list or longer."""
        self._attention = attention
        self._sums = UserSums(SUPPORTED + 1 + FEATURES)
        self._gram, self._moment = RIDGE * np.eye(FEATURES), np.zeros(FEATURES)
        self._weight = self._square = 0.0

    def add(self, logged: LoggedPlaces, draws: Draws, pool: CandidatePool, other: Sequence[str]) -> None:
        """Take a logged list, what was drawn of it from which pool, and the other policy's list."""
        place_in_other = {item: place for place, item in enumerate(other)}
        places = np.array([place_in_other.get(item, -1) for item in logged.items])
        # Attention to the place of each shown item in its own list, and in the other (else 0), [places].
        own = self._attention[: len(places)]
        there = np.where(places >= 0, self._attention[places], 0.0)
        weights = draws.weights * there
        ranks = _ranks(pool, other)
        wanted = self._attention[: len(other)]
        # Features of the reward model: of the shown items and of the other list's, [places, FEATURES].
        shares = _log_shares(pool)
        shown, others = _features(shares, draws.ranks), _features(shares, ranks)
        self._gram += (own[:, None] * shown).T @ (own[:, None] * shown)
        self._moment += (own[:, None] * shown).T @ logged.acted
        had_chance = (ranks >= 0) if len(draws.places) else np.isin(ranks, draws.ranks)
        terms = [
            1.0,
            logged.acted.sum(),
            (weights / own) @ logged.acted,
            weights.sum(),
            wanted.sum(),
            wanted @ had_chance,
            *(wanted @ others - weights @ shown),
        ]
        self._sums.add(logged.user, np.array(terms))
        weight = terms[SHOWN] / terms[TARGET] if terms[TARGET] else 0.0
        self._weight += weight
        self._square += weight**2

    def estimates(self) -> PlaceEstimates | None:
        """What came of all lists; None of fewer than two users."""
        if self._sums.users < 2:
            return None
        figures, interval, total = self._figures(), self._sums.interval, self._sums.total
        return PlaceEstimates(
            lists=int(total[LISTS]),
            users=self._sums.users,
            overlap=float(total[SUPPORTED] / total[TARGET]) if total[TARGET] else 0.0,
            effective_lists=self._weight**2 / self._square if self._square else 0.0,
            by_estimator={
                name: Estimated(
                    interval(found), None if name == "log" else interval(found.minus(figures["log"]))
                )
                for name, found in figures.items()
            },
        )

    def _figures(self) -> dict[str, Influence]:
        """Each estimator's value; SNIPS only where any shown item is on the other lists."""
        unit, total = np.eye(len(self._sums.total)), self._sums.total
        corrected = unit[IPS].copy()
        corrected[-FEATURES:] = np.linalg.solve(self._gram, self._moment)
        figures = {
            "log": self._sums.ratio(unit[REWARD], unit[LISTS]),
            "ips": self._sums.ratio(unit[IPS], unit[LISTS]),
        }
        if total[SHOWN]:
            per_attention = self._sums.ratio(unit[IPS], unit[SHOWN])
            attention = total[TARGET] / total[LISTS]
            figures["snips"] = Influence(*(attention * part for part in per_attention))
        return figures | {"doubly robust": self._sums.ratio(corrected, unit[LISTS])}


def _ranks(pool: CandidatePool, items: Sequence[str]) -> NDArray[np.int64]:
    """Ranks of items in the pool, -1 for what it does not hold."""
    rank_of = {item: rank for rank, item in enumerate(pool.items)}
    return np.array([rank_of.get(item, -1) for item in items], np.int64)


def _log_shares(pool: CandidatePool) -> Values:
    """Logarithm of each item's share of all scores, and at the end that of items beyond the pool."""
    shares = np.maximum(np.log(pool.scores / pool.scores.sum()), LOG_FLOOR)
    return np.append(shares, shares.min(initial=0.0))


def _features(log_shares: Values, ranks: NDArray[np.int64]) -> Values:
    """A constant, the logarithm of the share in tens, and its square; rank -1 lies beyond the pool."""
    scores = log_shares[ranks] / 10
    return np.column_stack([np.ones_like(scores), scores, scores**2])
