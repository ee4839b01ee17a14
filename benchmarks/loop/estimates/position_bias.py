"""What weighing events by the attention to their places is worth: the reranker's order against the truth.

The simulator's people see ten of thirty candidates by falling score of a release, and pick one or none. From
these picks the product's reranker is trained (`train_reranker`), which reads the release's score, the rank by
it and what a second source thinks; with and without weights. Judged is its order of thirty other candidates:
NDCG@10, where the gain of an item is the weight of its pick, all places alike.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.loop.estimates.explored_world import (
    CANDIDATES,
    Floats,
    K,
    Meeting,
    World,
    explored,
    meeting,
    picked,
    world_of,
)
from palate.config import PositionBiasConfig, RerankConfig
from palate.off_policy.examination import AttentionEstimator
from palate.rank.action import ActionModel
from palate.rank.examples import FOLDS, Examples
from palate.rank.position_bias import place_weight
from palate.rank.training import train_reranker

WORLDS, VISITS, EXPLORED_VISITS, TESTS, OUTSIDE = 2, 6, 4, 1, 1.0
FEATURES = ("score", "log-rank", "second source")
HOW = (
    "NDCG@10 of true worth by the reranker with events weighed by the attention that explored lists tell, "
    f"less that without weights, over {WORLDS} worlds; 1,000 people x {VISITS} lists of 10 of {CANDIDATES} "
    f"candidates, and {EXPLORED_VISITS} explored ones each"
)
UNWEIGHTED, ESTIMATED, KNOWN, EVEN = "unweighted", "estimated attention", "known attention", "even attention"
OWN = "the release's own order (trivial)"


def measured() -> dict[str, Any]:
    """The gain by weights, beside all variants, with deviations over the worlds."""
    worlds = [_world(seed) for seed in range(WORLDS)]
    table = {name: [world[name] for world in worlds] for name in worlds[0]}
    gains = np.array(table[ESTIMATED]) - table[UNWEIGHTED]
    return {
        "value": float(gains.mean()),
        "how": HOW,
        "gain in each world": gains.tolist(),
        "ndcg@10": {name: float(np.mean(found)) for name, found in table.items()},
    }


def _world(seed: int) -> dict[str, float]:
    world, rng = world_of(seed, OUTSIDE), np.random.default_rng([seed, 11])
    even = World(world.people, world.settings.model_copy(update={"position_bias": 0.0}), np.ones(K))
    shown = [meeting(world, rng) for _ in range(VISITS)]
    biased, unbiased = (_examples(shown, _picks(of, shown, rng)) for of in (world, even))
    tests = [meeting(world, rng) for _ in range(TESTS)]
    attention = _attention(world, rng)
    models = {
        UNWEIGHTED: _trained(biased, None),
        ESTIMATED: _trained(biased, attention),
        KNOWN: _trained(biased, world.attention),
        EVEN: _trained(unbiased, None),
    }
    orders = {name: _scores(model, tests) for name, model in models.items()}
    orders[OWN] = np.concatenate([found.score for found in tests])
    worth = np.exp(world.settings.choosiness * np.concatenate([found.affinity for found in tests]))
    return {name: _ndcg(order, worth) for name, order in orders.items()}


def _picks(world: World, shown: list[Meeting], rng: np.random.Generator) -> list[NDArray[np.bool_]]:
    """The candidate that each person picked in each meeting, [people, candidates]."""
    found = []
    for seen in shown:
        listed = np.argsort(-seen.score, axis=1)[:, :K]
        acted = picked(world, np.take_along_axis(seen.affinity, listed, axis=1), rng)
        chosen = np.zeros(seen.score.shape, bool)
        np.put_along_axis(chosen, listed, acted, axis=1)
        found.append(chosen)
    return found


def _examples(shown: list[Meeting], chosen: list[NDArray[np.bool_]]) -> Examples:
    """Examples of all lists, of the shown candidates alone, best first."""
    features, picks, scores = [], [], []
    for seen, acted in zip(shown, chosen, strict=True):
        listed = np.argsort(-seen.score, axis=1)[:, :K]
        rows = np.arange(len(listed))[:, None]
        features.append(_features(seen)[rows, listed].reshape(-1, len(FEATURES)))
        picks.append(acted[rows, listed].ravel())
        scores.append(seen.score[rows, listed].ravel())
    lists = len(shown) * len(shown[0].score)
    return Examples(
        folds=np.arange(lists) % FOLDS,
        sizes=np.full(lists, K),
        acted=np.ones((lists, 1), bool),
        features=np.concatenate(features).astype(np.float32),
        relevance=np.concatenate(scores).astype(np.float32),
        chosen=np.concatenate(picks),
        weights=np.ones(lists),
    )


def _features(seen: Meeting) -> Floats:
    """What the reranker reads of all candidates, [people, candidates, features]."""
    ranks = np.argsort(np.argsort(-seen.score, axis=1), axis=1) + 1
    return np.stack([seen.score, np.log(ranks), seen.other], axis=2)


def _attention(world: World, rng: np.random.Generator) -> Floats:
    """To each place, as explored lists tell it."""
    estimator = AttentionEstimator(K)
    visits = [list(explored(world, meeting(world, rng), rng)) for _ in range(EXPLORED_VISITS)]
    for person in range(len(visits[0])):
        for visit in visits:
            estimator.add(visit[person].logged, visit[person].draws, visit[person].pool)
    places = estimator.attention()
    assert places[0].place == 1
    return np.array([place.attention.mean for place in places])


def _trained(examples: Examples, attention: Floats | None) -> ActionModel:
    if attention is not None:
        bias = PositionBiasConfig(attention=tuple(attention.tolist()))
        places = examples.chosen.reshape(-1, K).argmax(axis=1)
        weights = np.array([place_weight(int(place) + 1, bias) for place in places])
        examples = Examples(**{**vars(examples), "weights": weights})
    return train_reranker(examples, FEATURES, RerankConfig()).model


def _scores(model: ActionModel, tests: list[Meeting]) -> Floats:
    """The probability of each candidate, [lists, candidates]."""
    features = np.concatenate([_features(seen) for seen in tests]).astype(np.float32)
    return np.stack([model.probabilities(rows)[:, 0] for rows in features])


def _ndcg(scores: Floats, worth: Floats) -> float:
    """Mean NDCG@10 with `worth` as gains, [lists, candidates] both."""
    discount = 1 / np.log2(2 + np.arange(10))
    ranked, best = (
        np.take_along_axis(worth, np.argsort(-order, axis=1)[:, :10], axis=1) for order in (scores, worth)
    )
    return float(((ranked @ discount) / (best @ discount)).mean())
