"""Which events speak against their item."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from palate.config.data import DataConfig, NegativeRule
from palate.data.feedback import is_negative

KINDS = pa.array(["view", "rating", "rating", "hide", "return"])
VALUES = np.array([1.0, 2.0, 2.5, 1.0, 30.0])


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ((), [False] * 5),
        (DataConfig().negative, [False, False, False, True, True]),
        ((NegativeRule(kinds=("rating",), max_value=2),), [False, True, False, False, False]),
        ((NegativeRule(kinds=("hide",)), NegativeRule(kinds=("view",))), [True, False, False, True, False]),
    ],
)
def test_the_kind_and_if_need_be_the_value_decide(
    rules: tuple[NegativeRule, ...], expected: list[bool]
) -> None:
    assert is_negative(KINDS, VALUES, rules).tolist() == expected
