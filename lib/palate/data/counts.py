"""Item popularity: how often each item occurs in training."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
import torch
from numpy.typing import NDArray

from palate.data.histories import Histories


def train_counts(shards: Iterable[Callable[[], Histories]], n_items: int) -> NDArray[np.int64]:
    """Training events of each item, int64 [items]; one shard is in memory at a time."""
    counts = np.zeros(n_items, np.int64)
    for shard in shards:
        for history in shard().trains():
            # Unlike `counts[items] += 1`, which counts an item that comes twice once.
            np.add.at(counts, history.items, 1)
    return counts


def log_popularity(counts: NDArray[np.int64]) -> torch.Tensor:
    """Log of each item's share of the events, one event added to each; float32 [items]."""
    smoothed = counts + 1.0
    return torch.from_numpy(np.log(smoothed / smoothed.sum())).float()
