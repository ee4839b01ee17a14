"""Bootstrap confidence intervals without a table of users: each one's weights in all resamples, by its id.

The Poisson bootstrap (Chamandy et al., "Estimating Uncertainty for Massive Data Streams", Google 2012):
a user occurs in a resample a Poisson(1) number of times, independently of all others, so that weighted
sums over blocks of users simply add up, and every method is resampled alike.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def poisson_weights(users: Sequence[str], resamples: int, seed: int) -> NDArray[np.uint8]:
    """How often each user occurs in each resample, uint8 [users, resamples]."""
    # A generator a user, seeded by the id: in whatever block, order or process the user comes.
    weights = np.empty((len(users), resamples), np.uint8)
    for row, user in enumerate(users):
        weights[row] = np.random.Generator(np.random.Philox(_key(user, seed))).poisson(1.0, resamples)
    return weights


def interval(resampled: NDArray[np.float64]) -> tuple[float, float]:
    """The middle 95 % of a statistic's values in the resamples, shape [resamples]."""
    low, high = np.nanpercentile(resampled, [2.5, 97.5])
    return float(low), float(high)


def _key(user: str, seed: int) -> int:
    digest = hashlib.blake2b(user.encode(), digest_size=8, salt=seed.to_bytes(16, "little", signed=True))
    return int.from_bytes(digest.digest(), "little")
