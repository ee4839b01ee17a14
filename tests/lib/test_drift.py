"""The drift monitor tells a change of what people do from chance."""

from __future__ import annotations

import numpy as np
import pytest

from palate.evaluate.drift import drift_between, jensen_shannon

TEXT = np.eye(4, dtype=np.float32)


def counts(*values: int) -> np.ndarray:
    return np.array(values, np.int64)


def test_divergence_is_nothing_for_equal_shares_and_a_bit_for_nothing_in_common() -> None:
    assert jensen_shannon(counts(1, 3, 0, 0), counts(2, 6, 0, 0)) == pytest.approx(0)
    assert jensen_shannon(counts(1, 1, 0, 0), counts(0, 0, 5, 5)) == pytest.approx(1)


def test_events_drawn_from_the_same_shares_are_no_drift() -> None:
    before = counts(400, 300, 200, 100)
    since = np.random.default_rng(7).multinomial(200, before / before.sum())
    drift = drift_between(before, since, TEXT)
    assert drift is not None
    assert drift.excess < 0.02
    assert drift.share == pytest.approx(200 / 1200)


def test_another_taste_is_drift_and_so_are_new_items() -> None:
    drift = drift_between(counts(400, 300, 0, 0), counts(0, 10, 50, 40), TEXT)
    assert drift is not None
    assert drift.new_items == pytest.approx(0.9)
    assert drift.excess > 0.5
    assert drift.interests > drift.interests_by_chance + 0.5


def test_without_events_there_is_no_drift_to_tell() -> None:
    assert drift_between(counts(1, 1, 1, 1), counts(0, 0, 0, 0), TEXT) is None
