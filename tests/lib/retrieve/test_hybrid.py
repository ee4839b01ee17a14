import numpy as np
import pytest

from palate.data.histories import History
from palate.retrieve.hybrid import Hybrid, load_weight, save_hybrid
from palate.sequence.validation import weighted_gains
from palate.storage import Folder

ITEMS = 12


class Always:
    """Gives every history the same scores."""

    def __init__(self, scores):
        self.row = np.array(scores, np.float32)

    def scores(self, histories):
        return np.tile(self.row, (len(histories), 1))


def test_hybrid_adds_the_weighted_scores_of_its_partner():
    hybrid = Hybrid(Always([1.0, 2.0]), Always([3.0, -1.0]), 0.5)
    history = History(np.zeros(0, np.int32), np.zeros(0, np.int64))
    assert hybrid.scores([history, history]).tolist() == [[2.5, 1.5], [2.5, 1.5]]


def test_weight_is_kept(tmp_path):
    folder = Folder(str(tmp_path))
    save_hybrid(folder, 7.0, {"7.0": 0.2})
    assert load_weight(folder) == 7.0


def test_gains_are_the_ndcg_of_the_sum(tiny):
    # Everybody has seen three of the twelve items, so an item is among the first ten unless it is last.
    last = Always([0.0] * 6 + [1.0] * 6)
    first = Always(np.arange(ITEMS)[::-1])
    found = weighted_gains(first, last, [0.0, 100.0], tiny.histories)
    assert found.users == 20
    targets = [int(tiny.histories.targets(user, "validation")[0]) for user in range(20)]
    for weight, gain in found.gains.items():
        scores = first.row + weight * last.row
        expected = 0.0
        for user, target in enumerate(targets):
            unseen = np.setdiff1d(np.arange(ITEMS), tiny.histories.before(user, "validation").items)
            rank = int((scores[unseen] > scores[target]).sum())
            expected += 1 / np.log2(rank + 2) if rank < 10 else 0.0
        assert gain == pytest.approx(expected)
