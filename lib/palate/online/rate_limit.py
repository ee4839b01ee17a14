"""Token bucket: how often somebody may ask."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import NamedTuple

LARGEST = 100_000
"""Buckets held at once."""


class _Bucket(NamedTuple):
    tokens: float
    at: float


class RateLimiter:
    """Each key has a bucket of `burst` tokens that refills with `per_second` of them.

    A full bucket is as good as none, so those that filled up again are dropped. Should more than `LARGEST` be
    in use, the one that was asked for the longest ago is dropped too, to the advantage of its key.
    """

    def __init__(self, per_second: float, burst: float, clock: Callable[[], float] = time.monotonic) -> None:
        if per_second <= 0 or burst < 1:
            raise ValueError("A bucket needs a positive rate and room for one token")
        self._rate = per_second
        self._burst = float(burst)
        self._clock = clock
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def __len__(self) -> int:
        """How many buckets are held."""
        return len(self._buckets)

    def allow(self, key: str, cost: float = 1) -> float:
        """Take `cost` tokens from the bucket of `key`.

        A request that costs more than a bucket holds takes a full one, and leaves it in debt.

        Returns:
            0.0 if the tokens were taken; else the seconds after which they can be, and none were.
        """
        now = self._clock()
        tokens = self._level(self._buckets.pop(key, _Bucket(self._burst, now)), now)
        missing = min(cost, self._burst) - tokens
        self._buckets[key] = _Bucket(tokens if missing > 0 else tokens - cost, now)
        self._drop(now)
        return max(missing, 0.0) / self._rate

    def _level(self, bucket: _Bucket, now: float) -> float:
        return min(self._burst, bucket.tokens + (now - bucket.at) * self._rate)

    def _drop(self, now: float) -> None:
        """Buckets are in the order of their last use, so the first ones are the likeliest to be full."""
        while self._buckets and (len(self._buckets) > LARGEST or self._is_first_full(now)):
            self._buckets.popitem(last=False)

    def _is_first_full(self, now: float) -> bool:
        return self._level(next(iter(self._buckets.values())), now) >= self._burst
