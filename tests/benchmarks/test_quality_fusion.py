import math

import numpy as np
import pytest

from benchmarks.quality.pool import Pool, gathered
from benchmarks.quality.weighing import learned, reciprocal_ranks, standardised


class Fixed:
    """Gives the same scores to everybody."""

    def __init__(self, *scores):
        self.given = np.array(scores, np.float32)

    def scores(self, histories):
        return np.tile(self.given, (len(histories), 1))


def made(scores, target):
    """Users with as many candidates each; `scores` is [users, candidates, methods]."""
    users, candidates, methods = scores.shape
    starts = np.arange(users) * candidates
    return Pool(
        starts,
        np.repeat(np.arange(users), candidates),
        scores.reshape(-1, methods).astype(np.float32),
        np.ones((users * candidates, methods), np.float32),
        np.where(target >= 0, target + starts, -1),
    )


def test_the_pool_has_what_anybody_nominates_but_nothing_seen(tiny):
    rising, falling = Fixed(*range(12)), Fixed(*range(12, 0, -1))
    pool = gathered({"rising": rising, "falling": falling}, [lambda: tiny.histories], 12)
    sizes = np.bincount(pool.owners)
    seen = [
        len(np.unique(tiny.histories.before(user, "validation").items)) for user in range(len(tiny.histories))
    ]
    assert sorted(sizes) == sorted(12 - np.array(seen))
    assert pool.nominated_shares(["rising", "falling"]) == {"rising": 1.0, "falling": 1.0}
    assert np.isfinite(pool.scores).all()


def test_gains_are_those_of_the_targets_rank():
    scores = np.array([[[3.0], [2.0], [1.0]]] * 3)
    pool = made(scores, np.array([0, 2, -1]))
    assert pool.gains(pool.scores[:, 0]) == pytest.approx([1.0, 1 / math.log2(4), 0.0])


def test_what_is_not_nominated_has_no_reciprocal_rank():
    pool = made(np.zeros((1, 2, 1)), np.array([0]))
    pool.ranks[1] = np.inf
    assert reciprocal_ranks(pool)[:, 0] == pytest.approx([1 / 61, 0.0])


def test_scores_are_standardised_by_user():
    pool = made(np.random.default_rng(0).normal(5, 3, (4, 9, 2)), np.zeros(4, np.int64))
    found = standardised(pool).reshape(4, 9, 2)
    assert found.mean(1) == pytest.approx(0, abs=1e-6)
    assert found.std(1) == pytest.approx(1, abs=1e-6)


def test_learned_weights_find_the_method_that_knows():
    chance = np.random.default_rng(0)
    scores, target = chance.normal(size=(60, 20, 3)), chance.integers(20, size=60)
    scores[np.arange(60), target, 1] += 4
    pool = made(scores, target)
    assert learned(pool, standardised(pool)).mean() > 0.9
    assert learned(pool, standardised(pool)[:, [0, 2]]).mean() < 0.5
