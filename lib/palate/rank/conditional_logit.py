"""Conditional logit: which of a user's candidates is taken, if one of them is."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]


def log_shares(logits: Values, sizes: NDArray[np.int64]) -> Values:
    """Logarithm of the softmax of the logits over each user's candidates, float64 [candidates].

    `sizes` [users] says how many each has, one user's after the other's.
    """
    sizes = sizes[sizes > 0]
    if not len(sizes):
        return np.zeros(0)
    starts = np.cumsum(sizes) - sizes
    centred = logits - np.repeat(np.maximum.reduceat(logits, starts), sizes)
    shares: Values = centred - np.repeat(np.log(np.add.reduceat(np.exp(centred), starts)), sizes)
    return shares


def fit_choice(
    features: NDArray[np.float32],
    chosen: NDArray[np.bool_],
    sizes: NDArray[np.int64],
    *,
    l2: float,
    weights: Values,
) -> Values:
    """Coefficients w, float64 [f], of P(i) = exp(w x_i) / sum over the user's candidates j of exp(w x_j).

    They maximise the weighted sum over users of log P(chosen candidate) - l2/2 |w|^2, of those users one of
    whose candidates was chosen (McFadden, "Conditional logit analysis of qualitative choice behavior", 1974).
    Without any such user they are zero.

    Args:
        features: float32 [candidates, f], of like scale.
        chosen: bool [candidates], at most one of each user.
        sizes: candidates of each user, [users].
        l2: how much they are drawn towards zero.
        weights: what each user counts for, [users].
    """
    # Only users one of whose candidates was chosen say something.
    owners = np.repeat(np.arange(len(sizes)), sizes)
    has_choice = np.zeros(len(sizes), bool)
    has_choice[owners[chosen]] = True
    rows = has_choice[owners]
    weighed = weights[has_choice]
    return _most_likely(features[rows], chosen[rows], sizes[has_choice], l2=l2, weights=weighed)


def _most_likely(
    features: NDArray[np.float32],
    chosen: NDArray[np.bool_],
    sizes: NDArray[np.int64],
    *,
    l2: float,
    weights: Values,
) -> Values:
    """As `fit_choice`, where every user has a chosen candidate."""
    if not len(sizes):
        return np.zeros(features.shape[1])
    # Imported here: serving needs none of it.
    from scipy.optimize import minimize

    of_candidates = np.repeat(weights, sizes)
    chosen_sum = (features[chosen] * weights[:, None]).sum(axis=0, dtype=np.float64)

    def loss(coefficients: Values) -> tuple[float, Values]:
        shares = log_shares((features @ coefficients.astype(np.float32)).astype(np.float64), sizes)
        # The gradient: what the model expects of the features, less what was chosen.
        expected = (of_candidates * np.exp(shares)).astype(np.float32) @ features
        slope = l2 * coefficients + expected - chosen_sum
        likelihood = (weights * shares[chosen]).sum()
        return (l2 / 2 * coefficients @ coefficients - likelihood) / len(sizes), slope / len(sizes)

    found: Values = minimize(loss, np.zeros(features.shape[1]), jac=True, method="L-BFGS-B").x
    return found
