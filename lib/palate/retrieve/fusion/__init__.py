"""Fusion: which methods are worth adding to another, and with what weights, judged by validation events."""

from palate.retrieve.fusion.partners import chosen_partners, paired_gain
from palate.retrieve.fusion.pool import Pool, gathered, joined
from palate.retrieve.fusion.popularity import worth_by_popularity
from palate.retrieve.fusion.weights import cross_fitted, fit_weights

__all__ = [
    "Pool",
    "chosen_partners",
    "cross_fitted",
    "fit_weights",
    "gathered",
    "joined",
    "paired_gain",
    "worth_by_popularity",
]
