"""Fusion weights: of several methods' scores, fitted by a conditional logit to what people took next."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from palate.retrieve.fusion.pool import Pool, Values

LEAST = 1e-3
"""Of the first method's weight, which the others are told in: it orders what the others leave equal."""
_L2 = 1e-4


def fit_weights(
    pool: Pool, columns: Sequence[int], users: NDArray[np.bool_], worth: Values | None = None
) -> Values:
    """Weights of the methods in `columns`, none below 0, in multiples of the first one's; float64 [columns].

    They make the targets as likely as can be: sum over the users of log softmax(w s) at the target, among the
    candidates of each user, a conditional logit (McFadden, "Conditional logit analysis of qualitative choice
    behavior", 1974). The first alone counts where no target of `users`, bool [users], is a candidate. Each
    user's event counts `worth`, float64 [users], of mean 1; all alike without it.
    """
    known = users & (pool.target >= 0)
    taught = pool.among(known, columns)
    if not len(taught.sizes):
        alone: Values = np.eye(1, len(columns))[0]
        return alone
    # Scores of unit deviation are fitted; then weights for the scores as they are.
    inputs = taught.scores.astype(np.float64)
    spread = np.maximum(inputs.std(0), 1e-9)
    counted = np.ones(len(taught.sizes)) if worth is None else worth[known]
    fitted = _most_likely(inputs / spread, taught, counted) / spread
    weights: Values = fitted / fitted[0]
    return weights


def cross_fitted(pool: Pool, columns: Sequence[int], worth: Values | None = None) -> Values:
    """NDCG@10 of each user by a weighted sum of methods, fitted to the half without that user; [users]."""
    chosen = pool.scores[:, columns]
    return pool.by_halves(lambda half: pool.gains(chosen @ fit_weights(pool, columns, half, worth)))


def _most_likely(inputs: Values, taught: Pool, counted: Values) -> Values:
    """Weights of `inputs`, [candidates, methods], which stand in place of the scores of the pool.

    A user's event counts as often as `counted`, [users], says.
    """
    starts, owners, users = taught.starts, taught.owners, len(taught.sizes)
    targets = counted @ inputs[starts + taught.target]

    def loss(weights: Values) -> tuple[float, Values]:
        # Log of the sum of exponentials of each user's candidates, [users], and their softmax.
        logits = inputs @ weights
        highest = np.maximum.reduceat(logits, starts)
        parts = np.exp(logits - highest[owners])
        sums = np.add.reduceat(parts, starts)
        value = counted @ (highest + np.log(sums)) - targets @ weights
        slope = (parts * (counted / sums)[owners]) @ inputs - targets
        return value / users + _L2 * weights @ weights, slope / users + 2 * _L2 * weights

    begin = np.zeros(inputs.shape[1])
    begin[0] = 1.0
    bounds = [(LEAST, None)] + [(0.0, None)] * (len(begin) - 1)
    weights: Values = minimize(loss, begin, jac=True, method="L-BFGS-B", bounds=bounds).x
    return weights
