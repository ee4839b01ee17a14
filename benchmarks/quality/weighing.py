"""Ways to make one order of the scores of several retrievers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from palate.retrieve.fusion import Pool
from palate.retrieve.fusion.pool import NOMINATED

WEIGHTS = (0.0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1.0, 1.5, 2.0)
"""Tried for one retriever beside another, in standard deviations of their scores."""

_DAMPING = 60
"""Of Cormack, Clarke and Buettcher, "Reciprocal Rank Fusion outperforms Condorcet", SIGIR 2009."""

Values = NDArray[np.float64]


def ranks(pool: Pool) -> Values:
    """From 1 on, among what the method nominates; infinite for the rest; [candidates, methods].

    Whatever a method ranks before one of its nominees it nominates as well, so all of that is in the pool.
    """
    columns = []
    for scores in pool.scores.T:
        order = np.lexsort((-scores, pool.owners))
        places = np.empty(len(order))
        places[order] = np.arange(len(order)) - pool.starts[pool.owners] + 1
        columns.append(np.where(places <= NOMINATED, places, np.inf))
    return np.stack(columns, axis=1)


def reciprocal_ranks(pool: Pool) -> Values:
    """1 / (60 + rank) of each candidate and method; 0 where the method does not nominate it."""
    return 1.0 / (_DAMPING + ranks(pool))


def nominated_shares(pool: Pool) -> Values:
    """Share of the users whose target each method nominates, [methods]."""
    sought = pool.target >= 0
    found = np.isfinite(ranks(pool)[(pool.starts + pool.target)[sought]])
    shares: Values = found.sum(0) / len(sought)
    return shares


def with_best_weight(pool: Pool, first: int, second: int) -> Values:
    """NDCG@10 of each user by a sum of two, with the weight that is best for the other half of the users."""
    one, other = pool.scores[:, first], pool.scores[:, second]
    spread = one.std() / max(float(other.std()), 1e-9)
    tried = [pool.gains(one + weight * spread * other) for weight in WEIGHTS]
    return pool.by_halves(lambda half: tried[int(np.argmax([gains[half].mean() for gains in tried]))])
