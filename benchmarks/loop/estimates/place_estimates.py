"""Estimates from explored lists against the simulator's truth: of other lists, and of attention to places.

People are shown ten of thirty candidates, with three drawn places or, every other drawn whole, and
pick one or none by the simulator's multinomial logit. Its items compete for the one pick, which the
position-based model of the estimates does not know: the more so the more lists lead to a pick. So there are
two kinds of worlds, in which people have more or less else to do. Estimated are the picks a list that other
policies would get.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from benchmarks.loop.estimates.explored_world import (
    ExploredPlaces,
    Floats,
    K,
    Meeting,
    World,
    explored,
    meeting,
    world_of,
)
from palate.off_policy.examination import AttentionEstimator
from palate.off_policy.place_estimates import Estimated, PlaceEstimator
from palate.simulate.people import choice_probabilities

WORLDS = 2
OUTSIDE = {"few lists": 1.0, "most lists": 0.7}
"""What else there is to do where few lists lead to a pick, and where most do."""
VISITS = {"few lists": 8, "most lists": 3}
"""Lists of each of the 1,000 people."""
OTHERS = ("no exploration", "another release", "the worst first")
ALIKE, KNOWN = "doubly robust, places alike", "doubly robust, attention known"
ESTIMATORS = ("log", "ips", "snips", "doubly robust", ALIKE, KNOWN)
HOW = (
    f"mean relative error of the doubly robust estimate of picks a list, over {WORLDS} worlds where few "
    f"lists lead to one and {len(OTHERS)} policies, with the attention as the same log tells it; 1,000 "
    "people x 8 lists of 10 of 30 candidates"
)
ATTENTION_HOW = (
    f"mean relative error of the attention to places 2 to 10, over {WORLDS} worlds of 1,000 people x 8 "
    "lists, half of them drawn whole, of which few lead to a pick"
)
FEW = next(iter(OUTSIDE))


def measured() -> dict[str, Any]:
    """The mean error of the doubly robust estimate, beside the others and the mean of the log."""
    kinds = {kind: _policies(kind) for kind in OUTSIDE}
    return {"value": kinds[FEW]["all"]["doubly robust"]["mean error"], "how": HOW} | kinds


def measured_attention() -> dict[str, Any]:
    """The error of the attention, beside that of places that are all alike."""
    worlds = _worlds(FEW)
    return {
        "value": float(np.mean([world["attention error"] for world in worlds])),
        "how": ATTENTION_HOW,
        "all places alike (trivial)": float(np.mean([world["alike error"] for world in worlds])),
        "intervals that hold the truth": float(np.mean([world["attention holds"] for world in worlds])),
        "truth": worlds[0]["truth"],
        "estimated": [world["attention"] for world in worlds],
        "where most lists lead to a pick": float(
            np.mean([world["attention error"] for world in _worlds("most lists")])
        ),
    }


def _policies(kind: str) -> dict[str, Any]:
    runs = [run for world in _worlds(kind) for run in world["policies"]]
    by_policy = {other: [run for run in runs if run["policy"] == other] for other in OTHERS}
    return {
        "picks a list": float(np.mean([world["picks"] for world in _worlds(kind)])),
        "least effective lists": min(round(run["effective lists"]) for run in runs),
        **{other: _judged(own) for other, own in {"all": runs, **by_policy}.items()},
    }


@cache
def _worlds(kind: str) -> list[dict[str, Any]]:
    return [_world(seed, kind) for seed in range(WORLDS)]


def _world(seed: int, kind: str) -> dict[str, Any]:
    world, rng = world_of(seed, OUTSIDE[kind]), np.random.default_rng([seed, 7])
    meetings = [meeting(world, rng) for _ in range(VISITS[kind])]
    log = [list(explored(world, found, rng)) for found in meetings]
    # Lists of one person one after the other, as the store gives them.
    visits = list(zip(meetings, log, strict=True))
    ordered = [(found, visit[person]) for person in range(len(log[0])) for found, visit in visits]
    estimator = AttentionEstimator(K)
    for _, shown in ordered:
        estimator.add(shown.logged, shown.draws, shown.pool)
    places, true = estimator.attention(), world.attention
    assert places[0].place == 1
    known = [place.attention.mean for place in places]
    attention = np.array(known + [known[-1]] * (K - len(known)))
    holds = [place.attention.low <= true[place.place - 1] <= place.attention.high for place in places[1:]]
    return {
        "picks": float(np.mean([shown.logged.acted.sum() for _, shown in ordered])),
        "truth": true.tolist(),
        "attention": attention.tolist(),
        "attention error": float(np.mean(np.abs(attention[1:] / true[1:] - 1))),
        "alike error": float(np.mean(1 / true[1:] - 1)),
        "attention holds": float(np.mean(holds)),
        "policies": [_policy(world, ordered, other, attention) for other in OTHERS],
    }


def _policy(
    world: World, ordered: list[tuple[Meeting, ExploredPlaces]], other: str, attention: Floats
) -> dict[str, Any]:
    """Truth and estimates of one policy in one world."""
    estimator, alike = PlaceEstimator(attention), PlaceEstimator(np.ones(K))
    known = PlaceEstimator(world.attention)
    affinities = []
    for found, shown in ordered:
        columns = _listed(found, shown, other)
        affinities.append(found.affinity[shown.person, columns])
        names = tuple(map(str, columns.tolist()))
        for taken in (estimator, alike, known):
            taken.add(shown.logged, shown.draws, shown.pool, names)
    truth = float(choice_probabilities(np.array(affinities), world.settings).sum(axis=1).mean())
    estimates = estimator.estimates()
    assert estimates is not None
    named = estimates.by_estimator | {ALIKE: _robust(alike), KNOWN: _robust(known)}
    judged = {
        name: {
            "estimate": found.value.mean,
            "error": abs(found.value.mean / truth - 1),
            "holds": found.value.low <= truth <= found.value.high,
        }
        for name, found in named.items()
    }
    return {"policy": other, "truth": truth, "effective lists": estimates.effective_lists} | judged


def _robust(estimator: PlaceEstimator) -> Estimated:
    estimates = estimator.estimates()
    assert estimates is not None
    return estimates.by_estimator["doubly robust"]


def _listed(found: Meeting, shown: ExploredPlaces, other: str) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Columns of the candidates that the other policy lists."""
    if other == OTHERS[0]:
        return shown.ranks[:K]
    if other == OTHERS[1]:
        return np.argsort(-found.other[shown.person], kind="stable")[:K]
    return shown.ranks[::-1][:K]


def _judged(runs: list[dict[str, Any]]) -> dict[str, dict[str, float]]:
    return {name: _errors(runs, name) for name in ESTIMATORS}


def _errors(runs: list[dict[str, Any]], name: str) -> dict[str, float]:
    errors = [run[name]["error"] for run in runs]
    return {
        "greatest error": max(errors),
        "mean error": float(np.mean(errors)),
        "intervals that hold the truth": float(np.mean([run[name]["holds"] for run in runs])),
    }
