"""Fits the action model, and measures it on users that it was not fitted to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from palate.config import RerankConfig
from palate.rank.action import ActionModel, Reranking, sigmoid
from palate.rank.calibration import calibration_report
from palate.rank.examples import FOLDS, Examples
from palate.rank.logistic import Line, fit_logistic
from palate.rank.ordering import MODES, best_mode, order_ndcg

CALIBRATION_L2 = 1e-3
"""Keeps the calibration finite where the log-odds separate the answers."""


class _Fitted(NamedTuple):
    """What is learned of one action."""

    line: Line
    calibration: Line
    unseen: NDArray[np.float64]
    """Probability of each candidate by a line and a calibration that have not seen its user."""


def train_reranker(examples: Examples, names: Sequence[str], config: RerankConfig) -> Reranking:
    """Fit to the examples, with at least one candidate; `names` are those of the features.

    Everything in the report is out of fold.
    """
    mean, scale = _moments(examples.features)
    features = (examples.features - mean) / scale
    folds, answers = examples.fold_of_candidates(), examples.answers()
    fitted = {
        action: _fit(features, answers[:, column], folds, config.l2)
        for column, action in enumerate(config.actions)
    }
    model = ActionModel(
        features=tuple(names),
        actions=tuple(fitted),
        mean=mean,
        scale=scale,
        coefficients=np.stack([one.line.coefficients for one in fitted.values()]),
        intercepts=np.array([one.line.intercept for one in fitted.values()]),
        slopes=np.array([one.calibration.coefficients[0] for one in fitted.values()]),
        shifts=np.array([one.calibration.intercept for one in fitted.values()]),
    )
    return _chosen(model, examples, np.stack([one.unseen for one in fitted.values()], axis=1), config)


def out_of_fold(
    features: NDArray[np.float64], answers: NDArray[np.bool_], folds: NDArray[np.int64], l2: float
) -> NDArray[np.float64]:
    """Log-odds of each row, float64 [n], by a regression on the rows of the other folds."""
    found = np.zeros(len(answers))
    for fold in range(FOLDS):
        held = folds == fold
        if held.any():
            found[held] = fit_logistic(features[~held], answers[~held], l2).logits(features[held])
    return found


def _fit(
    features: NDArray[np.float64], answers: NDArray[np.bool_], folds: NDArray[np.int64], l2: float
) -> _Fitted:
    logits = out_of_fold(features, answers, folds, l2)[:, None]
    return _Fitted(
        line=fit_logistic(features, answers, l2),
        calibration=fit_logistic(logits, answers, CALIBRATION_L2),
        unseen=sigmoid(out_of_fold(logits, answers, folds, CALIBRATION_L2)),
    )


def _chosen(
    model: ActionModel, examples: Examples, unseen: NDArray[np.float64], config: RerankConfig
) -> Reranking:
    """The model with the order that the configuration asks for, and the report."""
    target, answers = model.actions.index(config.target_action()), examples.answers()
    ndcg = {mode: order_ndcg(examples, unseen, target, mode) for mode in MODES}
    report: dict[str, Any] = {
        "users": len(examples.sizes),
        "candidates": len(examples.relevance),
        "found": float(examples.chosen.sum() / len(examples.sizes)),
        "ndcg@10": ndcg,
        "calibration": {
            action: calibration_report(unseen[:, column], answers[:, column])
            for column, action in enumerate(model.actions)
        },
    }
    return Reranking(model, best_mode(ndcg) if config.score == "auto" else config.score, target, report)


def _moments(features: NDArray[np.float32]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean and deviation of each feature; 1 for one that does not vary."""
    mean, scale = features.mean(axis=0, dtype=np.float64), features.std(axis=0, dtype=np.float64)
    # A float32 column of one value can have a tiny deviation by rounding.
    return mean, np.where(scale > 1e-6 * np.maximum(1, np.abs(mean)), scale, 1.0)
