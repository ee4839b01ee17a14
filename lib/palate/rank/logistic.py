"""Logistic regression: also where one of the two answers never occurs."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

TOLERANCE = 1e-8
"""Of the gradient of the mean loss; held-out items are rare among candidates, and so the loss is small."""
STEPS = 200


class LogisticModel(NamedTuple):
    """Log-odds = features x coefficients + intercept."""

    coefficients: NDArray[np.float64]
    intercept: float

    def logits(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        """Float64 [n] of features [n, f]."""
        products: NDArray[np.float64] = features @ self.coefficients
        return products + self.intercept


def fit_logistic(features: NDArray[np.float64], answers: NDArray[np.bool_], l2: float) -> LogisticModel:
    """Fit to features [n, f] and answers [n] by Newton's method; `l2` weighs half the squared coefficients.

    Where all answers are the same, the probability is that of one more answer of the other kind
    (Laplace's rule of succession), whatever the features.
    """
    yes, count = int(answers.sum()), len(answers)
    if yes in (0, count):
        odds = (yes + 1) / (count - yes + 1)
        return LogisticModel(np.zeros(features.shape[1]), float(np.log(odds)))
    # Imported here: serving needs none of it.
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=1 / l2, solver="newton-cholesky", tol=TOLERANCE, max_iter=STEPS)
    model.fit(features, answers)
    return LogisticModel(model.coef_[0].astype(np.float64), float(model.intercept_[0]))
