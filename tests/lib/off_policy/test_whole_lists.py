from itertools import permutations

import numpy as np
import pytest

from palate.errors import PalateError
from palate.off_policy.whole_lists import (
    LoggedLists,
    doubly_robust,
    draw_lists,
    ips,
    list_probability,
    on_policy_value,
    snips,
)

REWARDS = np.array([1.0, 0.0, 0.5])
LOGGED = np.array([0.5, 0.3, 0.2])
TARGET = np.array([0.1, 0.1, 0.8])
TRUTH = float(TARGET @ REWARDS)


def every_list(times: int = 10) -> LoggedLists:
    """A log in which each of three lists is as frequent as its propensity says."""
    rows = np.repeat(np.arange(3), np.round(times * LOGGED).astype(int))
    return LoggedLists(REWARDS[rows], LOGGED[rows], TARGET[rows])


def test_ips_is_unbiased_where_every_list_is_enumerated():
    assert ips(every_list()).mean == pytest.approx(TRUTH)
    assert on_policy_value(every_list()).mean == pytest.approx(LOGGED @ REWARDS)


def test_snips_by_hand():
    log = LoggedLists(np.array([1.0, 0.0]), np.array([0.5, 0.5]), np.array([0.25, 0.75]))
    assert snips(log).mean == pytest.approx(0.5 / 2)


def test_snips_of_equal_rewards_is_that_reward_without_doubt():
    log = LoggedLists(np.full(3, 0.7), LOGGED, TARGET)
    assert snips(log) == pytest.approx((0.7, 0.7, 0.7))


def test_doubly_robust_by_hand():
    log = LoggedLists(np.array([1.0, 0.0]), np.array([0.5, 0.5]), np.array([0.25, 0.75]))
    value = doubly_robust(log, predicted=np.array([0.8, 0.4]), expected=np.array([0.5, 0.5]))
    assert value.mean == pytest.approx(np.mean([0.5 + 0.5 * 0.2, 0.5 + 1.5 * -0.4]))


def test_doubly_robust_is_right_if_the_model_or_the_propensities_are():
    log = every_list()
    rows = np.searchsorted(LOGGED[::-1], log.logged).clip(max=2)
    right = {0.5: 1.0, 0.3: 0.0, 0.2: 0.5}
    predicted = np.array([right[logged] for logged in log.logged])
    wrong_propensities = LoggedLists(log.rewards, np.full(len(rows), 0.9), log.target)
    by_model = doubly_robust(wrong_propensities, predicted, np.full(len(rows), TRUTH))
    by_propensities = doubly_robust(log, np.full(len(rows), 9.0), np.full(len(rows), 9.0))
    assert by_model.mean == pytest.approx(TRUTH)
    assert by_propensities.mean == pytest.approx(TRUTH)


def test_effective_size_is_that_of_the_log_for_the_same_policy_and_less_for_another():
    assert LoggedLists(REWARDS, LOGGED, LOGGED).effective_size == pytest.approx(3)
    two = LoggedLists(np.zeros(2), np.array([0.5, 0.5]), np.array([0.75, 0.25]))
    assert two.effective_size == pytest.approx(4 / 2.5)


def test_intervals_hold_the_truth_about_as_often_as_they_say():
    rng, held = np.random.default_rng(0), 0
    for _ in range(200):
        rows = rng.choice(3, 400, p=LOGGED)
        low, high = ips(LoggedLists(REWARDS[rows], LOGGED[rows], TARGET[rows]))[1:]
        held += low <= TRUTH <= high
    assert 0.9 <= held / 200 <= 0.99


def test_probabilities_of_all_lists_add_up_to_one_and_draws_follow_them():
    scores = np.array([0.3, -1.0, 2.0, 0.0])
    lists = np.array(list(permutations(range(4), 2)))
    probability = list_probability(np.tile(scores, (len(lists), 1)), lists)
    assert probability.sum() == pytest.approx(1)
    drawn = draw_lists(np.tile(scores, (40_000, 1)), 2, np.random.default_rng(0))
    shares = [(drawn == row).all(axis=1).mean() for row in lists]
    assert shares == pytest.approx(probability, abs=0.01)


@pytest.mark.parametrize(
    ("logged", "says"), [([0.5, 0.0], "propensity"), ([0.5], "one number for each list")]
)
def test_a_log_that_cannot_be_weighed_is_refused(logged, says):
    with pytest.raises(PalateError, match=says):
        LoggedLists(np.ones(2), np.array(logged), np.ones(2))


def test_policies_that_share_no_list_are_refused():
    with pytest.raises(PalateError, match="none of the logged lists"):
        snips(LoggedLists(np.ones(2), np.full(2, 0.5), np.zeros(2)))
