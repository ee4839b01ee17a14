"""How good the lists are that the endpoint would give: all sources, the reranker, the rules."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from jobs.inputs import history_shards
from jobs.train_reranker import run_artefacts
from palate.config import Config
from palate.evaluate.cases import Cases, case_batches
from palate.evaluate.metrics import ACCURACY, Outcome
from palate.recommender.query import Query, Ranking
from palate.recommender.recommender import Recommender

K = 10
SHOWN = ("ndcg", "recall", "hr", "mrr")


def served(config: Config) -> dict[str, float]:
    """Metrics of the test events, which no stage has learned from."""
    recommender, parts = Recommender(run_artefacts(config)), []
    for shard in history_shards(config):
        for cases in case_batches(shard(), "test", len(recommender.catalogue)):
            lists = recommender.answer([Query(history, K) for history in cases.histories]).rankings
            outcome = Outcome.of(cases.owners, places(lists, cases), cases.candidates, K)
            parts.append(np.column_stack([ACCURACY[name](outcome) for name in SHOWN]))
    means = np.concatenate(parts).mean(0)
    return {f"{name}@{K}": round(float(mean), 6) for name, mean in zip(SHOWN, means, strict=True)}


def places(lists: list[Ranking], cases: Cases) -> NDArray[np.int64]:
    """Place of each target in its user's list, from 1 on; one more than the longest for what is not in it."""
    found = np.full(len(cases.targets), K + 1, np.int64)
    for row, (owner, target) in enumerate(zip(cases.owners, cases.targets, strict=True)):
        at = np.flatnonzero(lists[owner].items == target)
        if len(at):
            found[row] = 1 + at[0]
    return found
