"""Confidence interval of a share: Wilson's score interval, which is right for rare events too."""

from __future__ import annotations

from typing import NamedTuple

CONFIDENCE = 0.95


class Rate(NamedTuple):
    """A share of what was counted, with its interval."""

    share: float
    low: float
    high: float


def wilson_rate(successes: int, trials: int) -> Rate | None:
    """The share `successes / trials` with its 95 % interval (Wilson, 1927); None without trials.

    Trials count as independent. Places of one list, and lists of one user, are not quite, so the true
    interval is somewhat wider.
    """
    if not trials:
        return None
    from scipy.stats import binomtest  # a second to import, and asked for seldom

    interval = binomtest(successes, trials).proportion_ci(CONFIDENCE, method="wilson")
    return Rate(successes / trials, float(interval.low), float(interval.high))
