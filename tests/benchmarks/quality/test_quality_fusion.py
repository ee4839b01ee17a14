import numpy as np
import pytest

from benchmarks.quality.weighing import nominated_shares, ranks, reciprocal_ranks, with_best_weight
from tests.support.worlds.pools import made


def test_ranks_are_each_users_and_each_methods_own():
    scores = np.array([[[1, 9], [2, 8], [3, 7]], [[6, 0], [5, 1], [4, 2]]], float)
    assert ranks(made(scores, [0, 0])).tolist() == [[3, 1], [2, 2], [1, 3], [1, 3], [2, 2], [3, 1]]


def test_a_method_nominates_its_first_hundred():
    pool = made(np.arange(150.0).reshape(1, 150, 1), [49])
    found = reciprocal_ranks(pool)[:, 0]
    assert found[-1] == pytest.approx(1 / 61)
    assert found[50] == pytest.approx(1 / 160)
    assert found[49] == 0.0
    assert nominated_shares(pool).tolist() == [0.0]


def test_shares_count_targets_that_nobody_nominates():
    scores = np.tile(np.arange(3.0), (2, 1))[..., None]
    assert nominated_shares(made(scores, [0, -1])).tolist() == [0.5]


def test_the_best_weight_finds_the_method_that_knows():
    chance = np.random.default_rng(0)
    scores, target = chance.normal(size=(60, 20, 3)), chance.integers(20, size=60)
    scores[np.arange(60), target, 1] += 30
    pool = made(scores, target)
    assert with_best_weight(pool, 0, 1).mean() > 0.9
    assert with_best_weight(pool, 0, 2).mean() < 0.5
