"""Order selection: how high each of the possible orders puts what users did next."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from palate.config import ScoreMode
from palate.rank.examples import Examples
from palate.rank.scoring import final_scores

MODES: tuple[ScoreMode, ...] = ("relevance", "product", "learned")
MARGIN = 0.0005
"""NDCG by which an order must beat that by relevance, which needs no model, to be chosen."""
K = 10


def order_ndcg(examples: Examples, probabilities: NDArray[np.float64], target: int, mode: ScoreMode) -> float:
    """Weighted mean NDCG@10 of the order over the users whose held-out event counts as the target, else 0.

    `probabilities` [candidates, actions] has the target in the column `target`. A held-out item that is
    no candidate gains nothing.
    """
    ends, users = np.cumsum(examples.sizes), np.flatnonzero(examples.acted[:, target])
    gains = []
    for user in users:
        rows = slice(ends[user] - examples.sizes[user], ends[user])
        own = probabilities[rows].astype(np.float32)
        scores = final_scores(examples.relevance[rows], own, target, mode)
        gains.append(_gain(scores, examples.chosen[rows]))
    return float(np.average(gains, weights=examples.weights[users])) if gains else 0.0


def best_mode(ndcg: dict[ScoreMode, float]) -> ScoreMode:
    """The order with the best NDCG; relevance unless another is better by more than the margin."""
    best = max(MODES, key=lambda mode: ndcg[mode])
    return best if ndcg[best] > ndcg["relevance"] + MARGIN else "relevance"


def _gain(scores: NDArray[np.float32], chosen: NDArray[np.bool_]) -> float:
    """DCG@10 of the chosen row, of which there is at most one; of equal scores the earlier row is first."""
    if not chosen.any():
        return 0.0
    row = int(chosen.argmax())
    rank = int((scores > scores[row]).sum() + (scores[:row] == scores[row]).sum())
    return 1 / float(np.log2(rank + 2)) if rank < K else 0.0
