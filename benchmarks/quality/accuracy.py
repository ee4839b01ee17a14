"""The metrics of the tables, and those of the test events by where something puts the targets."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from jobs.runtime.stage_inputs import history_shards
from jobs.training.sequence import no_hidden_items
from palate.config import Config
from palate.data.held_out import Cases, case_batches
from palate.data.repeats import RepeatRules
from palate.evaluate.metrics import ACCURACY, Outcome

K = 10
SHOWN = ("ndcg", "recall", "hr", "mrr")

Ranks = Callable[[Cases], NDArray[np.int64]]
"""Rank of each target of a batch, from 1 on, int64 [targets]; beyond K it does not matter which."""


def accuracy(config: Config, ranks: Ranks) -> dict[str, float]:
    """Means over the users."""
    parts, every = [], no_hidden_items(config)
    for shard in history_shards(config):
        for cases in case_batches(shard(), "test", every, RepeatRules.of(config)):
            parts.append(values(Outcome.of(cases.owners, ranks(cases), cases.candidates, K)))
    return means(np.concatenate(parts))


def values(outcome: Outcome) -> NDArray[np.float64]:
    """What is shown of each user, float64 [users, metrics]."""
    return np.column_stack([ACCURACY[name](outcome) for name in SHOWN])


def means(found: NDArray[np.float64]) -> dict[str, float]:
    """The mean of each metric by its name in the tables."""
    return {f"{name}@{K}": round(float(mean), 6) for name, mean in zip(SHOWN, found.mean(0), strict=True)}
