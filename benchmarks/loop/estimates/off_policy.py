"""Off-policy estimates against the simulator's truth.

People of a new world are shown lists of three out of ten candidates, drawn by a mild policy (Plackett and
Luce on the cosine of text vectors, inverse temperature 2). From the log the satisfaction is estimated that
other policies would give by their next list: two sharper ones, and one that goes the other way. The truth is
the mean over many lists of those policies with the people's own probabilities and satisfaction.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from palate.off_policy.whole_lists import (
    LoggedLists,
    PolicyValue,
    doubly_robust,
    draw_lists,
    ips,
    list_probability,
    on_policy_value,
    snips,
)
from palate.sequence import MovingAverage
from palate.simulate.log import PickLog
from palate.simulate.people import NO_PICK, People, choice_probabilities, choose, place_attention
from palate.simulate.settings import StudySettings, WorldSettings
from palate.simulate.world import World, draw_world

HOW = (
    "greatest relative error of the doubly robust estimate of a policy's satisfaction a list, over 5 worlds "
    "and 3 policies; 1,000 people x 20 logged lists of 3 of 10 candidates"
)
WORLDS, VISITS, CANDIDATES, K, TRUTH_DRAWS = 5, 20, 10, 3, 100
LOGGING, TARGETS = 2.0, (4.0, 6.0, -1.0)
"""Inverse temperatures of the policy that ran, and of the others."""

ESTIMATORS = ("mean of the log", "ips", "snips", "doubly robust")

Floats = NDArray[np.float64]


class Situation(NamedTuple):
    """The candidates of everybody, each [people, candidates]."""

    people: People
    items: NDArray[np.int32]
    cosines: Floats
    """Of each candidate's text with the moving average of the history's."""

    def expected(self, lists: NDArray[np.int64]) -> Floats:
        """Expected satisfaction of one list each, columns of the candidates, [people]."""
        shown = np.take_along_axis(self.items, lists, axis=1)
        picks = choice_probabilities(self.people.affinity(shown), self.people.settings)
        return (picks * self.people.enjoyment(shown)).sum(axis=1)

    def drawn(self, lists: NDArray[np.int64], rng: np.random.Generator) -> Floats:
        """Satisfaction that came of one list each, [people]."""
        shown = np.take_along_axis(self.items, lists, axis=1)
        places = choose(choice_probabilities(self.people.affinity(shown), self.people.settings), rng)
        satisfaction = np.take_along_axis(self.people.enjoyment(shown), places[:, None], axis=1)[:, 0]
        return np.where(places == NO_PICK, 0.0, satisfaction)

    def features(self, lists: NDArray[np.int64]) -> Floats:
        """What the reward model reads of a list, [people, 4]: cosines by attention, the best, squares, 1."""
        cosines = np.take_along_axis(self.cosines, lists, axis=1)
        attention = place_attention(lists.shape[1], 1.0)
        columns = (cosines @ attention, cosines.max(axis=1), np.square(cosines) @ attention)
        return np.column_stack([*columns, np.ones(len(lists))])


def situation_of(world: World, rng: np.random.Generator) -> Situation:
    """Candidates as people may meet them: half of them near to their history, half any."""
    scores = MovingAverage(world.texts, StudySettings().average_rate).scores(PickLog(world).histories())
    near = np.argsort(-scores, axis=1)[:, :200]
    half = CANDIDATES // 2
    chosen = np.stack([rng.choice(row, half, replace=False) for row in near])
    others = [
        rng.choice(np.setdiff1d(np.arange(len(world.texts)), row), CANDIDATES - half, replace=False)
        for row in chosen
    ]
    items = np.hstack([chosen, np.stack(others)]).astype(np.int32)
    return Situation(People(world), items, np.take_along_axis(scores, items, axis=1).astype(float))


def estimates_of(situation: Situation, target: float, rng: np.random.Generator) -> dict[str, Any]:
    """Truth, every estimate with its error, and the effective sample size."""
    logs, features, expectations = [], [], []
    for _ in range(VISITS):
        lists = draw_lists(LOGGING * situation.cosines, K, rng)
        logged, wanted = (list_probability(t * situation.cosines, lists) for t in (LOGGING, target))
        logs.append((situation.drawn(lists, rng), logged, wanted))
        features.append(situation.features(lists))
        expectations.append(situation.features(draw_lists(target * situation.cosines, K, rng)))
    log = LoggedLists(*(np.concatenate(column) for column in zip(*logs, strict=True)))
    read = np.concatenate(features)
    weights = np.linalg.lstsq(read, log.rewards, rcond=None)[0]
    found = {
        "mean of the log": on_policy_value(log),
        "ips": ips(log),
        "snips": snips(log),
        "doubly robust": doubly_robust(log, read @ weights, np.concatenate(expectations) @ weights),
    }
    truth = float(
        np.mean(
            [
                situation.expected(draw_lists(target * situation.cosines, K, rng)).mean()
                for _ in range(TRUTH_DRAWS)
            ]
        )
    )
    return {"truth": truth, "effective lists": log.effective_size} | {
        name: judged(value, truth) for name, value in found.items()
    }


def judged(value: PolicyValue, truth: float) -> dict[str, Any]:
    """An estimate, its relative error, and whether its interval holds the truth."""
    error = abs(value.mean - truth) / truth
    return {"estimate": value.mean, "error": error, "holds": value.low <= truth <= value.high}


def measured() -> dict[str, Any]:
    """The greatest error of the doubly robust estimate, beside all others and the mean of the log."""
    runs = []
    for seed in range(WORLDS):
        rng = np.random.default_rng([seed, 3])
        situation = situation_of(draw_world(WorldSettings(), seed), rng)
        runs += [
            {"world": seed, "inverse temperature": target} | estimates_of(situation, target, rng)
            for target in TARGETS
        ]
    estimators = {name: _summary([run[name] for run in runs]) for name in ESTIMATORS}
    return {
        "value": estimators["doubly robust"]["greatest error"],
        "how": HOW,
        "wanted": "0.05 or less",
        "least effective lists": round(min(run["effective lists"] for run in runs)),
        "estimators": estimators,
    }


def _summary(judgements: list[dict[str, Any]]) -> dict[str, float]:
    errors = [judgement["error"] for judgement in judgements]
    return {
        "greatest error": max(errors),
        "mean error": float(np.mean(errors)),
        "intervals that hold the truth": float(np.mean([judgement["holds"] for judgement in judgements])),
    }
