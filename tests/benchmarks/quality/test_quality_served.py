"""Where the targets stand in the lists that the endpoint would give."""

from __future__ import annotations

import numpy as np

from benchmarks.quality.accuracy import K
from benchmarks.quality.served import places
from palate.data.held_out import Cases
from palate.data.histories import History
from palate.recommender.query import Ranking


def test_a_target_has_its_place_and_a_missing_one_comes_after_the_list() -> None:
    nobody = History(np.zeros(0, np.int32), np.zeros(0, np.int64))
    cases = Cases(
        users=["a", "b"],
        histories=[nobody, nobody],
        not_again=[nobody.items, nobody.items],
        owners=np.array([0, 0, 1]),
        targets=np.array([7, 4, 4], np.int32),
        candidates=np.array([20, 20]),
    )
    assert places([ranked(3, 7), ranked(4, 5, 6)], cases).tolist() == [2, K + 1, 1]


def ranked(*items: int) -> Ranking:
    nothing = np.zeros(len(items), np.float32)
    return Ranking(np.array(items, np.int32), nothing, nothing, [], [], [], [])
