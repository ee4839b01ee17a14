"""`implicit`: iALS, BPR and item-kNN."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.quality.peers.grid import best_of
from benchmarks.quality.peers.lists import LENGTH, NOBODY, Lists
from benchmarks.quality.peers.split import Question, Split
from benchmarks.quality.peers.trained import Limits, Recommend, Trained, threads

IALS = {
    "factors": [64, 128, 256],
    "regularization": [0.1, 3.0, 10.0, 30.0],
    "alpha": [1.0, 10.0],
    "iterations": [15],
}
BPR = {
    "factors": [64, 128],
    "learning_rate": [0.01, 0.05],
    "regularization": [0.001, 0.01],
    "iterations": [100],
}
KNN = {"weights": ["Cosine", "TFIDF", "BM25"], "K": [20, 50, 100, 200]}

FILTERED = float(np.finfo(np.float32).min) / 2
"""implicit scores a gap, and what a user has met, with the lowest number. item-kNN scores neighbours above
zero, and filled short lists on Beauty with items of the history, so there only what lies above zero is kept.
"""


def ials(split: Split, limits: Limits) -> Trained:
    """Weighted matrix factorisation by alternating least squares; a history is folded in when asked."""
    from implicit.als import AlternatingLeastSquares

    def fit(settings: dict[str, Any]) -> Recommend:
        model = AlternatingLeastSquares(**settings, random_state=limits.seed, num_threads=threads())
        return _fitted(model, split, recalculate_user=True)

    return best_of(IALS, fit, split, limits, "implicit")


def bpr(split: Split, limits: Limits) -> Trained:
    """Factorisation by pairwise ranking. It folds no history in: users keep their vectors from training."""
    from implicit.bpr import BayesianPersonalizedRanking

    def fit(settings: dict[str, Any]) -> Recommend:
        model = BayesianPersonalizedRanking(**settings, random_state=limits.seed, num_threads=threads())
        return _fitted(model, split)

    return best_of(BPR, fit, split, limits, "implicit")


def item_knn(split: Split, limits: Limits) -> Trained:
    """Item-kNN with one of three ways to weigh the events."""
    from implicit import nearest_neighbours

    def fit(settings: dict[str, Any]) -> Recommend:
        kind = getattr(nearest_neighbours, f"{settings['weights']}Recommender")
        return _fitted(kind(K=settings["K"], num_threads=threads()), split, lowest=0.0)

    return best_of(KNN, fit, split, limits, "implicit")


def _fitted(model: Any, split: Split, lowest: float = FILTERED, **options: bool) -> Recommend:
    model.fit(split.train.matrix, show_progress=False)

    def recommend(question: Question) -> Lists:
        known = question.history.matrix[question.users]
        items, scores = model.recommend(question.users, known, N=LENGTH, **options)
        return np.where(scores > lowest, items, NOBODY).astype(np.int32)

    return recommend
