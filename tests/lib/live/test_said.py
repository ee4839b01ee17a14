"""Texts between items take steps of the moving average as items do."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from palate.data.histories import History
from palate.live.said import NOTHING_SAID, Said
from palate.sequence import MovingAverage

WIDTH = 3
ITEMS = np.eye(WIDTH, dtype=np.float32)

steps = st.lists(st.integers(0, WIDTH - 1).flatmap(lambda row: st.tuples(st.booleans(), st.just(row))))


def stepped(taken: list[tuple[bool, int]], rate: float) -> np.ndarray:
    """U <- U + a (h - U), step by step; the first step starts it."""
    average = np.zeros(WIDTH)
    for number, (_, row) in enumerate(taken):
        average = ITEMS[row] if number == 0 else average + rate * (ITEMS[row] - average)
    return average


@given(steps, st.sampled_from([0.1, 0.3, 1.0]))
def test_a_text_takes_the_step_that_an_item_with_its_vector_would(
    taken: list[tuple[bool, int]], rate: float
) -> None:
    items = np.array([row for is_text, row in taken if not is_text], np.int32)
    history = History(items, np.arange(len(items), dtype=np.int64))
    texts = [row for is_text, row in taken if is_text]
    # How many items came before each text.
    before = np.cumsum([not is_text for is_text, _ in taken], dtype=np.int64)
    places = np.array([before[step] for step, (is_text, _) in enumerate(taken) if is_text], np.int64)
    said = Said(ITEMS[texts].reshape(-1, WIDTH), places)
    vector, of_texts = MovingAverage(ITEMS, rate).user_vector(history, said)
    assert np.allclose(vector, stepped(taken, rate), atol=1e-6)
    assert np.isclose(of_texts.sum(), said.weights(len(items), rate).sum(), atol=1e-6)


def test_without_texts_the_history_alone_counts() -> None:
    history = History(np.array([0, 2], np.int32), np.arange(2))
    model = MovingAverage(ITEMS, 0.3)
    said = NOTHING_SAID._replace(vectors=np.zeros((0, WIDTH), np.float32))
    vector, of_texts = model.user_vector(history, said)
    assert np.array_equal(vector, model.user_vectors([history])[0])
    assert not of_texts.any()
