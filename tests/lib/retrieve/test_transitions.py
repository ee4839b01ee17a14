"""Transitions against their formula, worked out by hand."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from palate.data.histories import Histories, History
from palate.retrieve.transitions import Transitions, fit_transitions


def block_of(*rows: list[int]) -> Histories:
    lengths = np.array([len(row) for row in rows], np.int32)
    return Histories(
        users=pa.array([f"u{number}" for number in range(len(rows))]),
        offsets=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        items=np.concatenate(rows).astype(np.int32),
        times=np.arange(lengths.sum(), dtype=np.int64),
        train_end=lengths,
        validation_end=lengths,
    )


def scores(model: Transitions, *items: int) -> list[float]:
    history = History(np.array(items, np.int32), np.arange(len(items), dtype=np.int64))
    return model.scores([history])[0].tolist()


def test_rows_hold_the_shares_of_what_came_after_or_near() -> None:
    model = fit_transitions([block_of([0, 1, 2])], 4)
    # From 0: 1 (1 apart) and 2 (1/2, two apart). From 1: 2 forwards (1), 0 backwards (1/2). From 2: 1 and 0.
    expected = np.array([[0, 1, 0.5, 0], [0.5, 0, 1, 0], [0.25, 0.5, 0, 0], [0, 0, 0, 0]])
    sums = expected.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(model.matrix.toarray(), expected / np.where(sums > 0, sums, 1), rtol=1e-6)


def test_no_pair_reaches_from_one_user_to_the_next() -> None:
    model = fit_transitions([block_of([0], [1])], 2)
    assert model.matrix.nnz == 0


def test_blocks_add_up_to_the_whole() -> None:
    whole = fit_transitions([block_of([0, 1, 2], [2, 1, 3])], 4)
    parts = fit_transitions([block_of([0, 1, 2]), block_of([2, 1, 3])], 4)
    np.testing.assert_allclose(whole.matrix.toarray(), parts.matrix.toarray())
    np.testing.assert_array_equal(whole.popularity, parts.popularity)


def test_the_latest_item_counts_most_and_a_hundredth_of_popularity_is_added() -> None:
    model = fit_transitions([block_of([0, 1], [2, 3], [2, 3])], 4)
    shares = np.array([1, 1, 2, 2]) / 2 / 100
    expected = shares + np.array([0, 0.6, 0, 0]) + np.array([0, 0, 0, 1.0])
    assert scores(model, 0, 2) == pytest.approx(expected.tolist(), rel=1e-5)


def test_only_the_five_latest_items_count() -> None:
    model = fit_transitions([block_of([0, 1], [2, 3])], 4)
    assert scores(model, *[0, 2, 2, 2, 2, 2]) == pytest.approx(scores(model, 2))


def test_without_a_history_the_most_popular_come_first() -> None:
    model = fit_transitions([block_of([1], [1], [0])], 3)
    assert np.argsort(scores(model))[::-1].tolist() == [1, 0, 2]
