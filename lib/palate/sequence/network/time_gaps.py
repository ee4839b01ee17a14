"""Time gaps: how long before an event the one before it was, in steps of powers of two."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

TIME_GAP_BUCKETS = 32
"""Enough for a gap of 2^30 seconds, 34 years."""


def time_gap_buckets(times: NDArray[np.int64]) -> NDArray[np.int32]:
    """Bucket of each event, int32 of the shape of `times` (seconds, ascending).

    0 for the first event and for one in the same second as its predecessor, otherwise
    1 + floor(log2(seconds)). A long gap is the start of a new session, in which taste may have moved on.
    """
    time_gaps = np.diff(times, prepend=times[:1])
    buckets = np.where(time_gaps > 0, 1 + np.floor(np.log2(np.maximum(time_gaps, 1))), 0)
    bounded: NDArray[np.int32] = np.minimum(buckets, TIME_GAP_BUCKETS - 1).astype(np.int32)
    return bounded
