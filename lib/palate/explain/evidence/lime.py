"""LIME: a linear model of the score near a list, fitted to lists without some of what it is made of.

Ribeiro, Singh & Guestrin, "'Why Should I Trust You?': Explaining the Predictions of Any Classifier",
KDD 2016.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from palate.explain.evidence.influence import Items, Score, Scores
from palate.stated.parts import Part

SAMPLES = 512
"""Lists that are made for one surrogate."""
KERNEL_WIDTH = 0.25
"""Cosine distance at which a list counts .61, as in the authors' package for text."""
RIDGE = 1.0
"""Penalty on the square of the weights, as in that package."""

Presence = NDArray[np.bool_]


class Surrogate(NamedTuple):
    """Linear models of some items' scores."""

    influence: Scores
    """What a part adds to the score, float32 [parts, items]."""
    fidelity: NDArray[np.float32]
    """R2 of each model on the lists that it was fitted to, by their weights, float32 [items]; at most 1."""


def lime(
    parts: Sequence[Part], items: Items, score: Score, samples: int = SAMPLES, seed: int = 0
) -> Surrogate:
    """Weights of a ridge regression of the scores on which parts are there, near the list as it is.

        minimise  sum over lists z of  pi(z) (score(i | z) - b - w z)^2 + |w|^2

    As in the authors' package for text: a list lacks 1 to all of the parts, each number as likely, drawn with
    `seed`, and counts pi(z) = exp(-D(z)^2 / (2 `KERNEL_WIDTH`^2)), with D the cosine distance between z and
    the whole, 1 - sqrt(share that is there). Other than there no parts are selected first: all get a weight.
    Parts that can stand in for each other share what they do, as in `shapley`, and `samples` lists are all
    that is made. `ValueError` for less than one more than the whole list.
    """
    if samples < 2:
        raise ValueError(f"a surrogate needs the whole list and at least one other, not {samples} lists")
    if not len(parts):
        return Surrogate(np.zeros((0, len(items)), np.float32), np.ones(len(items), np.float32))
    there = presence(len(parts), samples, seed)
    left_out = [[parts[row] for row in np.flatnonzero(~one)] for one in there]
    scores = score(left_out, items).astype(np.float64)
    return _fitted(there, scores)


def presence(parts: int, samples: int, seed: int) -> Presence:
    """Which parts are there in each list, the whole one first, bool [samples, parts]."""
    generator = np.random.default_rng(seed)
    there = np.ones((samples, parts), bool)
    for row in there[1:]:
        row[generator.choice(parts, generator.integers(1, parts + 1), replace=False)] = False
    return there


def _fitted(there: Presence, scores: NDArray[np.float64]) -> Surrogate:
    """The weighted ridge regression of scores [samples, items] on what is there."""
    # How near each list is to the whole one, [samples].
    distance = 1 - np.sqrt(there.mean(axis=1))
    nearness = np.exp(-(distance**2) / (2 * KERNEL_WIDTH**2))
    # About the weighted means, so that the constant is not penalised.
    inputs = there - np.average(there, axis=0, weights=nearness)
    targets = scores - np.average(scores, axis=0, weights=nearness)
    # Normal equations, [parts, parts] and [parts, items].
    weighted = inputs * nearness[:, None]
    square = weighted.T @ inputs + RIDGE * np.eye(there.shape[1])
    weights = np.linalg.solve(square, weighted.T @ targets)
    # Share of the weighted variance that the model tells; a constant score is told wholly.
    left = nearness @ (targets - inputs @ weights) ** 2
    whole = nearness @ targets**2
    fidelity = 1 - np.divide(left, whole, out=np.zeros_like(left), where=whole > 0)
    return Surrogate(weights.astype(np.float32), fidelity.astype(np.float32))
