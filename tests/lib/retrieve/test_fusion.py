"""Partners are chosen, and weighed, by what they bring to people who did not teach the weights."""

import math

import numpy as np
import pyarrow as pa
import pytest

from palate.retrieve.fusion import (
    chosen_partners,
    cross_fitted,
    fit_weights,
    gathered,
    joined,
    worth_by_popularity,
)
from tests.support.worlds.pools import made


class Fixed:
    """Gives the same scores to everybody."""

    def __init__(self, *scores):
        self.given = np.array(scores, np.float32)

    def scores(self, histories):
        return np.tile(self.given, (len(histories), 1))


def with_knowledge(*strengths, users=400, candidates=20):
    """Noise, in which each method lifts the target by its strength."""
    chance = np.random.default_rng(0)
    scores, target = (
        chance.normal(size=(users, candidates, len(strengths))),
        chance.integers(candidates, size=users),
    )
    scores[np.arange(users), target] += strengths
    return made(scores, target)


def everybody(pool):
    return np.ones(len(pool.sizes), bool)


def test_the_pool_has_what_anybody_nominates_but_nothing_seen(tiny):
    methods = {"rising": Fixed(*range(12)), "falling": Fixed(*range(12, 0, -1))}
    pool = gathered(methods, tiny.histories, 12)
    seen = [len(np.unique(tiny.histories.before(user, "validation").items)) for user in range(20)]
    assert sorted(pool.sizes) == sorted(12 - np.array(seen))
    assert np.isfinite(pool.scores).all()
    assert (pool.scores.sum(1) == 12).all()


def test_the_pool_has_the_users_that_are_asked_for(tiny):
    every, some = (
        gathered({"rising": Fixed(*range(12))}, tiny.histories, 12, most=most) for most in (None, 7)
    )
    assert (len(every.sizes), len(some.sizes)) == (20, 7)
    assert len(gathered({"rising": Fixed(*range(12))}, tiny.histories, 12, most=0).sizes) == 0


def test_joined_pools_are_the_pool_of_all_users():
    first, second = with_knowledge(1.0, 0.0), with_knowledge(0.0, 2.0, users=5)
    both = joined([first, second])
    for column in (0, 1):
        apart = [pool.gains(pool.scores[:, column]) for pool in (first, second)]
        assert both.gains(both.scores[:, column]).tolist() == np.concatenate(apart).tolist()


def test_gains_are_those_of_the_targets_rank():
    pool = made(np.array([[[3.0], [2.0], [1.0]]] * 3), [0, 2, -1])
    assert pool.gains(pool.scores[:, 0]) == pytest.approx([1.0, 1 / math.log2(4), 0.0])


def test_weights_make_the_targets_as_likely_as_can_be():
    # With normal noise of variance 1 the log-likelihood ratio of a score x is strength * x, so that weights
    # are in the proportion of the strengths.
    pool = with_knowledge(1.0, 2.0, 0.0, users=4000)
    weights = fit_weights(pool, [0, 1, 2], everybody(pool))
    assert weights[0] == 1.0
    assert weights[1:] == pytest.approx([2.0, 0.0], abs=0.15)


def test_weights_do_not_depend_on_the_scale_of_scores():
    pool = with_knowledge(1.0, 2.0)
    larger = pool._replace(scores=pool.scores * np.array([1, 1000], np.float32))
    expected = fit_weights(pool, [0, 1], everybody(pool)) / [1, 1000]
    assert fit_weights(larger, [0, 1], everybody(pool)) == pytest.approx(expected, rel=1e-3)


def test_a_method_that_misleads_weighs_nothing():
    pool = with_knowledge(1.0, -1.0)
    assert fit_weights(pool, [0, 1], everybody(pool)).tolist() == [1.0, 0.0]


def test_without_a_target_the_first_method_alone_counts():
    pool = made(np.zeros((3, 4, 2)), [-1, -1, -1])
    assert fit_weights(pool, [1, 0], everybody(pool)).tolist() == [1.0, 0.0]


def test_a_user_is_judged_by_weights_of_other_users():
    # In each half another method knows; fitted to its own half each would be right.
    chance = np.random.default_rng(0)
    scores, target = chance.normal(size=(200, 50, 2)), chance.integers(50, size=200)
    scores[np.arange(200), target, np.arange(200) % 2] += 9
    pool = made(scores, target)
    assert cross_fitted(pool, [0, 1]).mean() < 0.5


def test_partners_are_chosen_while_they_bring_something():
    weights, steps = chosen_partners(with_knowledge(1.0, 0.0, 1.5, 1.0), ["own", "noise", "strong", "weak"])
    assert [step.method for step in steps] == ["strong", "weak", "noise"]
    assert [step.kept for step in steps] == [True, True, False]
    assert list(weights) == ["own", "strong", "weak"]
    assert weights["strong"] > weights["weak"] > 0.5


def test_a_method_that_knows_all_needs_no_partner():
    weights, steps = chosen_partners(with_knowledge(30.0, 0.0), ["own", "noise"])
    assert weights == {"own": 1.0}
    assert not steps[0].kept


@pytest.mark.parametrize("names", [["own"], ["own", "other"]])
def test_nobody_to_learn_from_leaves_the_first_alone(names):
    nobody = gathered({name: Fixed(*range(12)) for name in names}, _Nobody(), 12)
    assert chosen_partners(nobody, names) == ({"own": 1.0}, [])


class _Nobody:
    users = pa.array([], pa.string())

    def __len__(self):
        return 0


def test_the_pool_knows_what_was_sought(tiny):
    pool = gathered({"rising": Fixed(*range(12))}, tiny.histories, 12)
    held_out = [tiny.histories.items[tiny.histories.offsets[user] + 3] for user in range(20)]
    assert sorted(pool.items) == sorted(held_out)


def test_events_count_by_the_inverse_of_popularity_and_one_on_average():
    pool = made(np.zeros((3, 4, 1)), [0, 1, 1])
    worth = worth_by_popularity(pool, np.array([0, 3, 9, 9]), power=0.5)
    assert worth == pytest.approx(np.array([1, 0.5, 0.5]) * 1.5)
    assert worth_by_popularity(pool, np.array([0, 3, 9, 9]), power=0.0) is None


def test_a_method_that_knows_rare_items_weighs_more_where_those_count():
    chance, users = np.random.default_rng(0), 1000
    is_rare = np.arange(users) % 20 == 0
    target = np.where(is_rare, chance.integers(10, 20, users), chance.integers(10, size=users))
    scores = chance.normal(size=(users, 20, 2))
    scores[np.arange(users), target] += np.stack([3.0 * ~is_rare, 3.0 * is_rare], axis=1)
    pool, counts = made(scores, target), np.repeat([99, 0], 10)
    plain = fit_weights(pool, [0, 1], everybody(pool))
    weighed = fit_weights(pool, [0, 1], everybody(pool), worth_by_popularity(pool, counts, 1.0))
    assert weighed[1] > 5 * plain[1]


def test_worth_of_one_each_changes_nothing():
    pool = with_knowledge(1.0, 0.5)
    assert chosen_partners(pool, ["a", "b"], np.ones(400)) == chosen_partners(pool, ["a", "b"])
