"""Final score: what orders a list, relevance, the probability of the target action, or both."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from palate.config import ScoreMode

WIDEST = 60.0
"""Greatest difference of relevance whose exponential float32 can hold beside a probability."""


def final_scores(
    relevance: NDArray[np.float32],
    probabilities: NDArray[np.float32] | None,
    target: int,
    mode: ScoreMode,
) -> NDArray[np.float32]:
    """Positive scores, float32 [n], the higher the better.

    `relevance` [n] is the method's score; `probabilities` [n, actions] is the action model's, of which the
    column `target` counts. Without probabilities the relevance orders, whatever the mode.
    """
    if probabilities is None or mode == "relevance":
        return shares(relevance)
    tiny = np.finfo(np.float32).tiny
    acts = np.maximum(probabilities[:, target], tiny)
    return acts if mode == "learned" else np.maximum(shares(relevance) * acts, tiny)


def shares(relevance: NDArray[np.float32]) -> NDArray[np.float32]:
    """Softmax of the relevance over the candidates, float32 [n], in the same order.

    Relevance that differs by more than `WIDEST`, as counts of users do, is scaled down to that, so that no
    share is rounded to zero.
    """
    if not len(relevance):
        return np.zeros(0, np.float32)
    centred = relevance.astype(np.float64) - relevance.max()
    centred *= WIDEST / max(WIDEST, -float(centred.min()))
    powers = np.exp(centred)
    softmax: NDArray[np.float32] = (powers / powers.sum()).astype(np.float32)
    return softmax


def steered_scores(
    scores: NDArray[np.float32], likeness: NDArray[np.float32], weight: float
) -> NDArray[np.float32]:
    """Scores moved towards a request in words, positive float32 [n].

    `scores` [n] are positive, `likeness` [n] is each candidate's cosine with the request. Both are brought to
    mean 0 and deviation 1 over the candidates, the scores by their logarithm, and `weight`, 0 to 1, is the
    share of the likeness in the sum, whose exponential is returned.
    """
    own, asked = _standardised(np.log(scores.astype(np.float64))), _standardised(likeness.astype(np.float64))
    steered: NDArray[np.float32] = np.exp((1 - weight) * own + weight * asked).astype(np.float32)
    return steered


def _standardised(values: NDArray[np.float64]) -> NDArray[np.float64]:
    if not len(values):
        return values
    deviation = values.std()
    standardised: NDArray[np.float64] = (values - values.mean()) / (deviation if deviation > 0 else 1.0)
    return standardised
