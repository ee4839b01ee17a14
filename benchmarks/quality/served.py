"""How good the lists are that the endpoint would give: all sources, the reranker, the rules."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benchmarks.quality.accuracy import K, accuracy
from jobs.runtime.stage_inputs import run_artefacts
from palate.config import Config
from palate.data.held_out import Cases
from palate.recommender.query import Query, Ranking
from palate.recommender.recommender import Recommender


def served(config: Config) -> dict[str, float]:
    """Metrics of the test events, which no stage has learned from."""
    recommender = Recommender(run_artefacts(config))

    def ranks(cases: Cases) -> NDArray[np.int64]:
        queries = [Query(history, K) for history in cases.histories]
        return places(recommender.answer(queries).rankings, cases)

    return accuracy(config, ranks)


def places(lists: list[Ranking], cases: Cases) -> NDArray[np.int64]:
    """Place of each target in its user's list, from 1 on; one more than the longest for what is not in it."""
    found = np.full(len(cases.targets), K + 1, np.int64)
    for row, (owner, target) in enumerate(zip(cases.owners, cases.targets, strict=True)):
        at = np.flatnonzero(lists[owner].items == target)
        if len(at):
            found[row] = 1 + at[0]
    return found
