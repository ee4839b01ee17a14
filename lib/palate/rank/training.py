"""Reranker training: fits the action model, and measures it on users that it was not fitted to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from palate.config import RerankConfig
from palate.rank.action import ActionModel, Reranking, sigmoid
from palate.rank.calibration import calibration_report
from palate.rank.conditional_logit import fit_choice, log_shares
from palate.rank.examples import FOLDS, Examples
from palate.rank.logistic import LogisticModel, fit_logistic
from palate.rank.order_selection import MODES, best_mode, order_ndcg

Values = NDArray[np.float64]

CALIBRATION_L2 = 1e-3
"""Keeps the calibration finite where the log-odds separate the answers."""


class _Fitted(NamedTuple):
    """What is learned of one action."""

    coefficients: Values
    calibration: LogisticModel
    unseen: Values
    """Probability of each candidate by coefficients and a calibration that have not seen its user."""


def train_reranker(examples: Examples, names: Sequence[str], config: RerankConfig) -> Reranking:
    """Fit to the examples, with at least one candidate; `names` are those of the features.

    Everything in the report is out of fold.
    """
    mean, scale = _moments(examples.features)
    features = ((examples.features - mean) / scale).astype(np.float32)
    fitted = {
        action: _fit(features, answers, examples, config.l2)
        for action, answers in zip(config.actions, examples.answers().T, strict=True)
    }
    model = ActionModel(
        features=tuple(names),
        actions=tuple(fitted),
        mean=mean,
        scale=scale,
        coefficients=np.stack([action.coefficients for action in fitted.values()]),
        slopes=np.array([action.calibration.coefficients[0] for action in fitted.values()]),
        shifts=np.array([action.calibration.intercept for action in fitted.values()]),
    )
    unseen = np.stack([action.unseen for action in fitted.values()], axis=1)
    return _chosen(model, examples, unseen, config)


def unseen_shares(
    features: NDArray[np.float32], answers: NDArray[np.bool_], examples: Examples, l2: float
) -> Values:
    """Log of the share of each candidate, float64 [candidates], as learned from the users of other folds."""
    shares, sizes = np.zeros(len(answers)), examples.sizes
    for fold in range(FOLDS):
        # Users of the fold, and the rows of their candidates.
        users = examples.folds == fold
        rows = np.repeat(users, sizes)
        coefficients = fit_choice(
            features[~rows], answers[~rows], sizes[~users], l2=l2, weights=examples.weights[~users]
        )
        shares[rows] = log_shares(features[rows] @ coefficients, sizes[users])
    return shares


def _fit(features: NDArray[np.float32], answers: NDArray[np.bool_], examples: Examples, l2: float) -> _Fitted:
    shares = unseen_shares(features, answers, examples, l2)[:, None]
    return _Fitted(
        coefficients=fit_choice(features, answers, examples.sizes, l2=l2, weights=examples.weights),
        calibration=fit_logistic(shares, answers, CALIBRATION_L2),
        unseen=_unseen_probabilities(shares, answers, examples.fold_of_candidates()),
    )


def _unseen_probabilities(shares: Values, answers: NDArray[np.bool_], folds: NDArray[np.int64]) -> Values:
    logits = np.zeros(len(answers))
    for fold in range(FOLDS):
        rows = folds == fold
        logits[rows] = fit_logistic(shares[~rows], answers[~rows], CALIBRATION_L2).logits(shares[rows])
    return sigmoid(logits)


def _chosen(model: ActionModel, examples: Examples, unseen: Values, config: RerankConfig) -> Reranking:
    """The model with the order that the configuration asks for, and the report."""
    target, answers = model.actions.index(config.target_action()), examples.answers()
    ndcg = {mode: order_ndcg(examples, unseen, target, mode) for mode in MODES}
    report: dict[str, Any] = {
        "users": len(examples.sizes),
        "candidates": len(examples.relevance),
        "weighed": int((examples.weights != 1).sum()),
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
