import numpy as np
import pytest

from palate.data.histories import History
from palate.retrieve.hybrid import Hybrid, Step, load_weights, save_hybrid
from palate.storage import Folder


class Always:
    """Gives every history the same scores."""

    def __init__(self, *scores):
        self.row = np.array(scores, np.float32)

    def scores(self, histories):
        return np.tile(self.row, (len(histories), 1))


def test_hybrid_adds_the_weighted_scores_of_its_partners():
    methods = {"sequence": Always(1, 2), "ials": Always(3, -1), "ease-recent": Always(0, 10), "unasked": None}
    hybrid = Hybrid(methods, {"sequence": 1.0, "ials": 0.5, "ease-recent": 0.2})
    history = History(np.zeros(0, np.int32), np.zeros(0, np.int64))
    found = hybrid.scores([history, history])
    assert found.dtype == np.float32
    assert found == pytest.approx(np.array([[2.5, 3.5], [2.5, 3.5]]))


def test_weights_are_kept_with_how_they_came_about(tmp_path):
    folder = Folder(str(tmp_path))
    weights = {"sequence": 1.0, "ials": 7.5}
    save_hybrid(folder, weights, [Step("ials", ndcg=0.2, gain=0.1, error=0.05, kept=True)])
    assert load_weights(folder) == weights
    assert folder.read_json("hybrid.json")["steps"][0]["gain"] == 0.1
