"""Each method against its formula, written out with dense matrices."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
import scipy.sparse as sp

from palate.data.histories import Histories, History
from palate.retrieve import (
    EaseRecent,
    fit_ease,
    fit_implicit_als,
    fit_item_knn,
    fit_popularity,
    fit_recent_popularity,
    fit_user_knn,
)
from palate.retrieve import ease as ease_module
from palate.retrieve.matrix import history_matrix

DAY = 86_400
CLOCK = 1_000_000_000


@pytest.fixture
def taken() -> np.ndarray:
    return (np.random.default_rng(0).random((40, 9)) < 0.4).astype(np.float32)


def blocks(matrix: np.ndarray) -> list[sp.csr_matrix]:
    return [sp.csr_matrix(part) for part in np.array_split(matrix, 3)]


def history(*items: int) -> History:
    return History(np.array(items, np.int32), np.arange(len(items), dtype=np.int64))


def events(items: list[int], times: list[int]) -> Histories:
    return Histories(
        users=pa.array(["u"]),
        offsets=np.array([0, len(items)], np.int64),
        items=np.array(items, np.int32),
        times=np.array(times, np.int64),
        train_end=np.array([len(items)], np.int32),
        validation_end=np.array([len(items)], np.int32),
    )


def test_popularity_counts_users_over_all_blocks(taken: np.ndarray) -> None:
    np.testing.assert_array_equal(fit_popularity(blocks(taken)).counts, taken.sum(axis=0))


def test_an_event_loses_half_its_weight_in_a_half_life() -> None:
    block = events([0, 1, 1], [CLOCK, CLOCK + 10 * DAY, CLOCK + 20 * DAY])
    np.testing.assert_allclose(fit_recent_popularity([block], 3, 10).counts, [0.25, 1.5, 0.0])


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_age_counts_from_the_newest_event_of_all_blocks(order: tuple[int, int]) -> None:
    both = [events([0], [CLOCK]), events([1], [CLOCK + 10 * DAY])]
    counts = fit_recent_popularity([both[place] for place in order], 2, 10).counts
    np.testing.assert_allclose(counts, [0.5, 1.0])


def test_without_a_clock_age_is_the_number_of_later_events_of_the_user() -> None:
    both = [events([0, 1], [0, 1]), events([0, 0, 1], [700, 800, 900])]
    np.testing.assert_allclose(fit_recent_popularity(both, 2, 1).counts, [0.5 + 0.25 + 0.5, 2.0])


def test_held_out_events_are_not_counted() -> None:
    block = replace(events([0, 1], [CLOCK, CLOCK]), train_end=np.array([1], np.int32))
    np.testing.assert_allclose(fit_recent_popularity([block], 2, 10).counts, [1.0, 0.0])


def test_knn_is_the_shrunk_cosine(taken: np.ndarray) -> None:
    together, counts = taken.T @ taken, taken.sum(axis=0)
    cosines = together / (np.sqrt(np.outer(counts, counts)) + 10)
    np.fill_diagonal(cosines, 0)
    model = fit_item_knn(blocks(taken), neighbours=8, shrinkage=10)
    np.testing.assert_allclose(model.scores([history(1, 4)])[0], cosines[1] + cosines[4], rtol=1e-5)


def test_user_knn_adds_up_the_shrunk_cosines_of_the_nearest_users(taken: np.ndarray) -> None:
    asked = history(0, 3, 4)
    mine = np.isin(np.arange(9), asked.items).astype(np.float32)
    cosines = taken @ mine / (np.sqrt(taken.sum(1) * 3) + 10)
    asked_users = np.lexsort((np.arange(40), -cosines))[:5]
    expected = cosines[asked_users] @ taken[asked_users]
    scores = fit_user_knn(blocks(taken), neighbours=5, shrinkage=10).scores([asked])
    np.testing.assert_allclose(scores[0], expected, rtol=1e-5)


def test_knn_keeps_the_nearest_neighbours_only(taken: np.ndarray) -> None:
    full = fit_item_knn(blocks(taken), 8, 10).neighbours.toarray()
    cut = fit_item_knn(blocks(taken), 3, 10).neighbours.toarray()
    assert ((cut > 0).sum(axis=1) == 3).all()
    np.testing.assert_array_equal(np.sort(cut, axis=1)[:, -3:], np.sort(full, axis=1)[:, -3:])


@pytest.mark.parametrize("slab", [2, 1024])
def test_ease_is_its_closed_form(taken: np.ndarray, slab: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ease_module, "SLAB", slab)
    inverse = np.linalg.inv(taken.T.astype(np.float64) @ taken + 5 * np.eye(9))
    expected = -inverse / np.diag(inverse)
    np.fill_diagonal(expected, 0)
    np.testing.assert_allclose(fit_ease(blocks(taken), 5).weights, expected, atol=1e-5)


def test_recent_ease_weighs_history_items_by_age(taken: np.ndarray) -> None:
    ease = fit_ease(blocks(taken), 5)
    scores = EaseRecent(ease.weights, ease.popularity, 0.5).scores([history(3, 7, 1)])
    expected = 0.25 * ease.weights[3] + 0.5 * ease.weights[7] + ease.weights[1]
    np.testing.assert_allclose(scores[0], expected, rtol=1e-5)


def test_an_item_that_occurs_again_weighs_as_its_newest_event() -> None:
    weights = history_matrix([history(2, 0, 2), history()], 4, decay=0.5).toarray()
    np.testing.assert_allclose(weights, [[0.5, 0, 1, 0], [0, 0, 0, 0]])


def test_ials_folds_a_user_in_by_the_normal_equations(taken: np.ndarray) -> None:
    model = fit_implicit_als(
        blocks(taken), factors=4, regularisation=0.1, alpha=10, iterations=5, threads=1, seed=0
    )
    items, mine = model.factors.astype(np.float64), model.factors[[1, 4]].astype(np.float64)
    left = items.T @ items + 10 * mine.T @ mine + 0.1 * np.eye(4)
    expected = np.linalg.solve(left, 11 * mine.sum(axis=0))
    np.testing.assert_allclose(model.user_factors([history(1, 4)])[0], expected, rtol=1e-3, atol=1e-4)
