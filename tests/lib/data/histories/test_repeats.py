"""What may be recommended again."""

from __future__ import annotations

import numpy as np
import pytest

from palate.data.histories import History
from palate.data.repeats import RepeatRules
from palate.schema import DAY

HISTORY = History(np.array([4, 5, 4], np.int32), np.array([0, 10 * DAY, 20 * DAY]))


@pytest.mark.parametrize(
    ("repeat", "not_again"), [("never", {4, 5}), ("allowed", set()), ("after 30d", {4}), ("after 1d", set())]
)
def test_an_item_may_come_again_as_the_rule_says(repeat: str, not_again: set[int]) -> None:
    assert set(RepeatRules(repeat).not_again(HISTORY, now=45 * DAY).tolist()) == not_again
