"""Ranking metrics: one small function a metric, over all users of a batch at once."""

from palate.evaluate.metrics.accuracy import (
    ACCURACY,
    Outcome,
    auc,
    average_precision,
    f1,
    hit_rate,
    ndcg,
    precision,
    recall,
    reciprocal_rank,
)
from palate.evaluate.metrics.beyond import diversity, information, mean_popularity, novelty
from palate.evaluate.metrics.exposure import coverage, gini, lorenz_curve

__all__ = [
    "ACCURACY",
    "Outcome",
    "auc",
    "average_precision",
    "coverage",
    "diversity",
    "f1",
    "gini",
    "hit_rate",
    "information",
    "lorenz_curve",
    "mean_popularity",
    "ndcg",
    "novelty",
    "precision",
    "recall",
    "reciprocal_rank",
]
