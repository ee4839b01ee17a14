"""Anytime-valid comparison of two arms: an interval that may be looked at after every user.

A 95 % interval of a fixed number of users misses the truth in 5 % of looks; who looks every hour and stops
when it excludes zero is misled far more often. A confidence sequence holds at all times at once.
"""

from __future__ import annotations

import math
from typing import NamedTuple

CONFIDENCE_LEVEL = 0.95
LEAST_USERS = 100
"""Users of each arm before anything is said: the sequence is asymptotic."""
LEAST_RESPONDERS = 20
"""Users of both arms together with the outcome, for the same reason."""
LEAST_BAYES_FACTOR = 1000.0
"""Of a mismatch of the sample ratio: by chance at any time in one of 1,000 experiments at most."""
PRIOR_USERS = 100.0
"""Weight of the declared ratio in the alternative to it."""


class ArmOutcome(NamedTuple):
    """What came of the users of one arm; each counts once."""

    users: int
    mean: float
    """Of the users' own shares of lists with the outcome, 0 to 1."""
    variance: float
    """Of the same, between users."""
    responders: int
    """Users with any such list."""


class Difference(NamedTuple):
    """Treatment less control, with its confidence sequence at this time."""

    mean: float
    low: float
    high: float


def difference(
    control: ArmOutcome, treatment: ArmOutcome, *, alpha: float, expected_users: int
) -> Difference | None:
    """The difference of two means with an interval that holds at all times with 1 - alpha; None if too few.

    Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas, "Time-uniform central limit theory and asymptotic
    confidence sequences", Annals of Statistics 52(6), 2024, theorem 2.2: the mean of n influences with
    standard deviation s has s * sqrt(2 (n r + 1) / (n^2 r) * log(sqrt(n r + 1) / alpha)) on either side.
    """
    if min(control.users, treatment.users) < LEAST_USERS:
        return None
    if control.responders + treatment.responders < LEAST_RESPONDERS:
        return None
    users = control.users + treatment.users
    # Variance of a user's influence on the difference, as n times that of the difference itself.
    spread = users * (control.variance / control.users + treatment.variance / treatment.users)
    width = math.sqrt(spread) * boundary(users, alpha, mixing_rate(expected_users, alpha))
    mean = treatment.mean - control.mean
    return Difference(mean, max(-1.0, mean - width), min(1.0, mean + width))


def boundary(users: int, alpha: float, rate: float) -> float:
    """Half the width of the confidence sequence of a mean of unit variance after so many users."""
    scaled = users * rate + 1
    return math.sqrt(2 * scaled / (users**2 * rate) * math.log(math.sqrt(scaled) / alpha))


def mixing_rate(expected_users: int, alpha: float) -> float:
    """The mixture's parameter, rho squared, that makes it about the tightest at so many users; as above."""
    evidence = -2 * math.log(alpha)
    return (evidence + math.log(evidence) + 1) / expected_users


def ratio_bayes_factor(control: int, treatment: int, control_share: float) -> float:
    """How much better another ratio than the declared one explains the users of two arms, 0 to infinity.

    Under the declared ratio it reaches 1,000 at any time with a probability of 1/1,000 at most. Lindon and
    Malek, "Anytime-valid inference for multinomial count data", NeurIPS 2022, for two arms.
    """
    first, second = PRIOR_USERS * control_share, PRIOR_USERS * (1 - control_share)
    marginal = _log_beta(first + control, second + treatment) - _log_beta(first, second)
    declared = control * math.log(control_share) + treatment * math.log1p(-control_share)
    return math.exp(min(marginal - declared, 700.0))  # 700: what a double still holds


def _log_beta(first: float, second: float) -> float:
    return math.lgamma(first) + math.lgamma(second) - math.lgamma(first + second)
