"""Off-policy evaluation (IPS, SNIPS, doubly robust): another policy's value from the lists that were shown.

Lists must have been drawn at random, with a known probability (propensity), and every list that the other
policy may show must have had one. What is estimated is the mean reward of the next list, not of a long run
in which people change.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from palate.errors import PalateError

Values = NDArray[np.float64]

NORMAL_95 = 1.959963984540054


class PolicyValue(NamedTuple):
    """A policy's mean reward with its 95 % interval, by the normal approximation over the lists."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class LoggedLists:
    """Lists that were shown, and how probable each was; all [lists]."""

    rewards: Values
    """What came of each list."""
    logged: Values
    """Probability by which the policy that was running showed this list, above 0."""
    target: Values
    """Probability by which the other policy would have shown the same."""

    def __post_init__(self) -> None:
        """Refuse what cannot be weighed, with a `PalateError`."""
        if len({values.shape for values in vars(self).values()}) > 1:
            raise PalateError("Rewards and both propensities must be one number for each list")
        if len(self.rewards) < 2:
            raise PalateError("At least two logged lists are needed for an estimate and its interval")
        if not (self.logged > 0).all():
            raise PalateError(
                "A logged list has no propensity above 0; log the probability by which each list was drawn"
            )

    @property
    def weights(self) -> Values:
        """Importance weights, target / logged."""
        weights: Values = self.target / self.logged
        return weights

    @property
    def effective_size(self) -> float:
        """Effective sample size (sum w)^2 / sum w^2: as many lists of the other policy tell as much; Kish."""
        squares = float(np.square(self.weights).sum())
        return float(self.weights.sum()) ** 2 / squares if squares else 0.0


def on_policy_value(log: LoggedLists) -> PolicyValue:
    """The mean reward of the log itself: the trivial rival, right only for the policy that was running."""
    return _mean(log.rewards)


def ips(log: LoggedLists) -> PolicyValue:
    """Inverse propensity scoring: mean of w r. Unbiased; Horvitz and Thompson, JASA 1952."""
    return _mean(log.weights * log.rewards)


def snips(log: LoggedLists) -> PolicyValue:
    """Self-normalised IPS: sum of w r / sum of w, with the interval of the delta method.

    A little biased in small logs, and far less noisy. Swaminathan and Joachims, "The Self-Normalized
    Estimator for Counterfactual Learning", NeurIPS 2015. `PalateError` if the policies share no list.
    """
    weights = log.weights
    total = float(weights.mean())
    if total == 0:
        raise PalateError(
            "The other policy would have shown none of the logged lists; nothing is known of it"
        )
    value = float(weights @ log.rewards / weights.sum())
    # The ratio's influence function: how much each list moves it.
    return _mean(value + weights * (log.rewards - value) / total)


def doubly_robust(log: LoggedLists, predicted: Values, expected: Values) -> PolicyValue:
    """Doubly robust: mean of v + w (r - q). Right if the propensities or the reward model are.

    `predicted` q is the model's reward of the logged list, and `expected` v its mean over the lists of the
    other policy, both [lists]. Dudik, Langford and Li, "Doubly Robust Policy Evaluation and Learning",
    ICML 2011.
    """
    return _mean(expected + log.weights * (log.rewards - predicted))


def list_probability(scores: Values, lists: NDArray[np.int64]) -> Values:
    """Probability of each list under Plackett and Luce, [lists]: draws without replacement by exp(score).

    `scores` are [lists, candidates], and `lists` columns of them in the order of the places, [lists, k].
    """
    left = np.exp(scores - scores.max(axis=1, keepdims=True))
    rows, probability = np.arange(len(lists)), np.ones(len(lists))
    for column in lists.T:
        probability *= left[rows, column] / left.sum(axis=1)
        left[rows, column] = 0.0
    return probability


def draw_lists(scores: Values, k: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """A list of k columns for each row of scores, [rows, k], by Plackett and Luce (Gumbel's trick)."""
    noisy = scores + rng.gumbel(size=scores.shape)
    return np.argsort(-noisy, axis=1)[:, :k]


def _mean(terms: Values) -> PolicyValue:
    mean = float(terms.mean())
    half = NORMAL_95 * float(terms.std(ddof=1)) / np.sqrt(len(terms))
    return PolicyValue(mean, mean - half, mean + half)
