"""Ways to make one order of the scores of several retrievers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from benchmarks.quality.pool import Pool

WEIGHTS = (0.0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1.0, 1.5, 2.0)
"""Tried for one retriever beside another, in standard deviations of their scores."""

_DAMPING = 60
"""Of Cormack, Clarke and Buettcher, "Reciprocal Rank Fusion outperforms Condorcet", SIGIR 2009."""

_L2 = 1e-4
Values = NDArray[np.float64]


def reciprocal_ranks(pool: Pool) -> Values:
    """1 / (60 + rank) of each candidate and method; 0 where the method does not nominate it."""
    return 1.0 / (_DAMPING + pool.ranks.astype(np.float64))


def standardised(pool: Pool) -> Values:
    """Scores with mean 0 and variance 1 among each user's candidates, [candidates, methods]."""
    sizes = np.bincount(pool.owners, minlength=len(pool.starts))[:, None]
    means = np.add.reduceat(pool.scores.astype(np.float64), pool.starts) / sizes
    shifted = pool.scores - means[pool.owners]
    spread = np.sqrt(np.add.reduceat(shifted**2, pool.starts) / sizes)
    found: Values = shifted / np.maximum(spread, 1e-9)[pool.owners]
    return found


def learned(pool: Pool, features: Values) -> Values:
    """NDCG@10 of each user by weights of the features, [candidates, n], fitted to the other half.

    The weights are those of a conditional logit: the target's softmax probability among the user's candidates
    is made as likely as can be (McFadden, 1974).
    """
    return pool.by_halves(lambda half: pool.gains(features @ _weights(pool, features, half)))


def _weights(pool: Pool, features: Values, users: NDArray[np.bool_]) -> Values:
    taught = users & (pool.target >= 0)
    rows = taught[pool.owners]
    inputs, wanted = features[rows], features[pool.target[taught]].sum(0)
    sizes = np.bincount(pool.owners, minlength=len(pool.starts))[taught]
    starts, owners = np.cumsum(sizes) - sizes, np.repeat(np.arange(len(sizes)), sizes)

    def loss(weights: Values) -> tuple[float, Values]:
        logits = inputs @ weights
        highest = np.maximum.reduceat(logits, starts)
        parts = np.exp(logits - highest[owners])
        sums = np.add.reduceat(parts, starts)
        value = (highest + np.log(sums)).sum() - wanted @ weights
        slope = (parts / sums[owners]) @ inputs - wanted
        users = len(sizes)
        return value / users + _L2 * weights @ weights, slope / users + 2 * _L2 * weights

    found: Values = minimize(loss, np.zeros(features.shape[1]), jac=True, method="L-BFGS-B").x
    return found
