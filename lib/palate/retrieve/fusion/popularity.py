"""Inverse propensity by popularity: held-out events of what everybody meets anyway count less."""

from __future__ import annotations

from palate.retrieve.fusion.pool import Integers, Pool, Values


def worth_by_popularity(pool: Pool, counts: Integers, power: float) -> Values | None:
    """What each user's event counts, float64 [users] of mean 1; None, all alike, for a power of 0.

    w_u = (n_i + 1)^-power / mean, for the item i that was sought, with n_i training events (`counts`, int64
    [items]): that people took an item says less of their taste the more they met it by itself (Yang et al.,
    "Unbiased offline recommender evaluation for missing-not-at-random implicit feedback", RecSys 2018).
    """
    if not power or not len(pool.sizes):
        return None
    counted = (counts[pool.items] + 1.0) ** -power
    worth: Values = counted / counted.mean()
    return worth
