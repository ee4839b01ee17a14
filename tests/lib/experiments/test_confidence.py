"""The confidence sequence against its formula and its promise, and the sample ratio's evidence."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import betabinom, binom

from palate.experiments.confidence import (
    LEAST_BAYES_FACTOR,
    PRIOR_USERS,
    ArmOutcome,
    Difference,
    boundary,
    difference,
    mixing_rate,
    ratio_bayes_factor,
)

ALPHA = 0.05


def arm(users: int, mean: float, variance: float = 0.04, responders: int = 50) -> ArmOutcome:
    return ArmOutcome(users, mean, variance, responders)


def compared(control: ArmOutcome, treatment: ArmOutcome, expected: int = 10_000) -> Difference | None:
    return difference(control, treatment, alpha=ALPHA, expected_users=expected)


def test_the_interval_is_the_formulas() -> None:
    found = compared(arm(400, 0.1, 0.04), arm(100, 0.2, 0.09))
    rate = (-2 * math.log(0.05) + math.log(-2 * math.log(0.05)) + 1) / 10_000
    half = math.sqrt(0.04 / 400 + 0.09 / 100) * math.sqrt(
        2 * (500 * rate + 1) / (500 * rate) * math.log(math.sqrt(500 * rate + 1) / 0.05)
    )
    assert found == pytest.approx((0.1, 0.1 - half, 0.1 + half))


@pytest.mark.parametrize(
    ("control", "treatment"),
    [
        (arm(99, 0.1), arm(500, 0.1)),
        (arm(500, 0.1), arm(99, 0.1)),
        (arm(500, 0, 0, 4), arm(500, 0.1, 0.1, 15)),
    ],
)
def test_nothing_is_said_of_few_users_or_hardly_any_clicks(
    control: ArmOutcome, treatment: ArmOutcome
) -> None:
    assert compared(control, treatment) is None


def test_no_difference_of_shares_is_beyond_one() -> None:
    found = compared(arm(100, 0.99, 0.0099), arm(100, 0.0, 0.0))
    assert found is not None
    assert found.low == -1
    assert found.high > -0.99


def test_the_interval_is_about_the_tightest_at_the_users_that_were_expected() -> None:
    chosen = boundary(10_000, ALPHA, mixing_rate(10_000, ALPHA))
    best = min(boundary(10_000, ALPHA, rate) for rate in np.geomspace(1e-6, 1, 500))
    assert chosen == pytest.approx(best, rel=0.01)


def test_it_is_wider_than_an_interval_of_a_fixed_number_of_users() -> None:
    widths = [boundary(users, ALPHA, mixing_rate(10_000, ALPHA)) for users in (200, 10_000, 10**6)]
    assert all(
        width > 1.96 / math.sqrt(users) for width, users in zip(widths, (200, 10_000, 10**6), strict=True)
    )
    assert widths == sorted(widths, reverse=True)


def test_whoever_looks_after_every_user_is_misled_in_five_per_cent_of_experiments_at_most() -> None:
    rng = np.random.default_rng(5)
    rates = mixing_rate(2000, ALPHA)
    users = np.arange(1, 5001)
    limits = np.array([boundary(int(count), ALPHA, rates) for count in users])
    means = np.cumsum(rng.standard_normal((1000, len(users))), axis=1) / users
    misled = (np.abs(means[:, 200:]) > limits[200:]).any(axis=1).mean()
    peeking = (np.abs(means[:, 200:]) > 1.96 / np.sqrt(users[200:])).any(axis=1).mean()
    assert misled <= ALPHA
    assert peeking > 0.2


def test_the_bayes_factor_is_that_of_two_distributions() -> None:
    for control, treatment in ((0, 0), (3, 9), (70, 20)):
        total = control + treatment
        other = betabinom(total, PRIOR_USERS * 0.75, PRIOR_USERS * 0.25).pmf(control)
        assert ratio_bayes_factor(control, treatment, 0.75) == pytest.approx(
            other / binom(total, 0.75).pmf(control)
        )


def test_lost_users_are_noticed_and_chance_is_not() -> None:
    assert ratio_bayes_factor(5000, 5060, 0.5) < 1
    assert ratio_bayes_factor(5000, 4500, 0.5) >= LEAST_BAYES_FACTOR
    assert ratio_bayes_factor(10**7, 1, 0.5) >= LEAST_BAYES_FACTOR


def test_a_fair_split_hardly_ever_looks_like_a_mismatch() -> None:
    rng = np.random.default_rng(6)
    treated = np.cumsum(rng.random((300, 3000)) < 0.5, axis=1)[:, ::50]
    counts = np.arange(1, 3001)[::50]
    factors = [[ratio_bayes_factor(int(n - t), int(t), 0.5) for n, t in zip(counts, row)] for row in treated]  # noqa: B905
    assert np.max(factors) < LEAST_BAYES_FACTOR
