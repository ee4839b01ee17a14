"""One run: a policy makes lists for the people of a world, round after round."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from palate.evaluate.metrics.exposure import coverage, gini
from palate.simulate.log import PickLog
from palate.simulate.people import NO_PICK, People
from palate.simulate.policies import POOL, Policy
from palate.simulate.world import Floats, World

Values = NDArray[np.float64]

LIKED = 0.5
"""Satisfaction from which on an item in a list counts as a good one."""


@dataclass(frozen=True)
class Trajectory:
    """What came of a run, by round, each float64 [rounds]."""

    satisfaction: Values
    """Satisfaction of the round a person of the beginning; who has left or picks nothing has 0."""
    retention: Values
    """Share of the people who are still there after the round."""
    pick_rate: Values
    """Share of the lists shown from which something was picked."""
    precision: Values
    """Share of the items shown that would satisfy by `LIKED` or more."""
    coverage: Values
    """Share of the whole catalogue that was shown to anybody until then."""
    gini: Values
    """Inequality of the times that items were shown until then."""
    variety: Values
    """Mean entropy of the topics that a person has picked in lists until then, in bits."""


def run_policy(world: World, policy: Policy, after_round: Callable[[], None]) -> Trajectory:
    """Run all rounds; equal worlds meet equal luck, whatever the policy. `after_round` is told of each."""
    people, log = People(world), PickLog(world)
    exposure = np.zeros(world.settings.items, np.int64)
    tastes = np.zeros(world.interests.shape)
    rows = []
    for round_number in range(world.settings.rounds):
        there = people.active.copy()
        lists = make_lists(world, policy, log, round_number)
        liked = people.enjoyment(lists) >= LIKED
        visit = people.visit(lists, np.random.default_rng([world.seed, 1, round_number]))
        log.add(lists, visit.picked, round_number)
        exposure += np.bincount(lists[there].ravel(), minlength=len(exposure))
        picks = np.flatnonzero(visit.picked != NO_PICK)
        tastes[picks] += world.topics[lists[picks, visit.picked[picks]]] ** 2
        rows.append(
            (
                visit.satisfaction.mean(),
                people.active.mean(),
                len(picks) / max(1, there.sum()),
                liked[there].mean() if there.any() else 0.0,
                coverage(exposure),
                gini(exposure),
                topic_entropy(tastes),
            )
        )
        after_round()
    return Trajectory(*np.array(rows, np.float64).T)


def make_lists(world: World, policy: Policy, log: PickLog, round_number: int) -> NDArray[np.int32]:
    """Everybody's list, int32 [people, k], of what is there and was not picked before."""
    scores = policy.scores(log, round_number)
    scores[:, world.arrives > round_number] = -np.inf
    log.mask_picked(scores)
    items, best = top_items(scores, min(POOL, scores.shape[1]))
    return policy.arrange(items, best, seed=(world.seed * 101 + round_number) * len(scores))


def top_items(scores: Floats, count: int) -> tuple[NDArray[np.int32], Floats]:
    """The best items of each row and their scores, falling, [rows, count] each."""
    best, items = torch.topk(torch.from_numpy(scores), count, dim=1)
    return items.numpy().astype(np.int32), best.numpy()


def topic_entropy(weights: Values) -> float:
    """Mean over the rows with weights of -sum p log2 p, in bits; [people, topics]."""
    sums = weights.sum(axis=1, keepdims=True)
    shares = weights[sums[:, 0] > 0] / sums[sums[:, 0] > 0]
    logs = np.log2(shares, out=np.zeros_like(shares), where=shares > 0)
    return float(-(shares * logs).sum(axis=1).mean()) if len(shares) else 0.0
