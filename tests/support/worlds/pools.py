"""Pools of candidates with known scores."""

from __future__ import annotations

import numpy as np

from palate.retrieve.fusion import Pool


def made(scores, target):
    """Users with as many candidates each; `scores` is [users, candidates, methods]."""
    users, candidates, methods = scores.shape
    target = np.asarray(target)
    # The candidates of each user are the items of those indices.
    return Pool(np.full(users, candidates), scores.reshape(-1, methods).astype(np.float32), target, target)
