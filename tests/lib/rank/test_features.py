"""Features say of a candidate what serving knows, by hand-worked values, and scores keep the order."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from palate.config import ScoreMode
from palate.rank.features import candidate_features, features_for
from palate.rank.scoring import final_scores
from palate.rank.statistics import ItemStatistics
from palate.retrieve.candidates import Candidates

SOURCES = ("sequence", "popularity")
CANDIDATES = Candidates(
    sources=SOURCES,
    items=np.array([1, 4, 5], np.int32),
    scores=np.array([[2.0, 30.0], [1.0, 50.0], [0.5, 50.0]], np.float32),
    nominated=np.array([[True, False], [True, True], [False, True]]),
)
RELEVANCE = np.log(np.array([3, 1, 1], np.float32))
POPULARITY = np.array([9, 30, 9, 9, 50, 50], np.float32)
HISTORY = np.array([0, 2, 3, 2, 0, 2, 3], np.int32)


def pairs(*counts: tuple[int, int, int]) -> sp.csr_matrix:
    """Counts of (row, column)."""
    rows, columns, values = zip(*counts, strict=True)
    return sp.csr_matrix((np.array(values, np.float32), (rows, columns)), shape=(6, 6))


STATISTICS = ItemStatistics(
    mean_position=np.linspace(0, 1, 6, dtype=np.float32),
    first_share=np.array([0.5, 0.25, 0, 0, 0.125, 0.0], np.float32),
    next_counts=pairs((3, 4, 7), (2, 1, 5)),
    window_counts=pairs((3, 1, 2), (3, 2, 9), (3, 4, 1)),
)


def features(
    candidates: Candidates = CANDIDATES,
    relevance: NDArray[np.float32] = RELEVANCE,
    history: NDArray[np.int32] = HISTORY,
) -> NDArray[np.float32]:
    return candidate_features(
        candidates, relevance, popularity=POPULARITY, statistics=STATISTICS, history=history
    )


def column(name: str) -> list[float]:
    values: list[float] = features()[:, features_for(SOURCES).index(name)].tolist()
    return values


def test_every_feature_has_a_name() -> None:
    assert features_for(SOURCES) == (
        "relevance",
        "log-share",
        "log-rank",
        "log-popularity",
        "log-history",
        "lateness",
        "log-openings",
        "follows",
        "near",
        "gap:sequence",
        "log-rank:sequence",
    )
    found = features()
    assert found.shape == (3, len(features_for(SOURCES)))
    assert found.dtype == np.float32


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("relevance", [0, -np.log(3), -np.log(3)]),
        ("log-share", np.log([0.6, 0.2, 0.2])),
        ("log-rank", np.log([1, 2, 3])),
        ("lateness", [0.2, 0.8, 1]),
        ("log-openings", np.log([0.25, 0.125, 1e-6])),
        ("follows", np.log([1, 8, 1])),
        ("near", np.log([3, 2, 1])),
        ("log-rank:sequence", np.log([1, 2, 3])),
        ("log-popularity", np.log([31, 51, 51])),
        ("log-history", np.log([8, 8, 8])),
        ("gap:sequence", [0, -1, -1.5]),
    ],
)
def test_features_are_what_they_say(name: str, expected: list[float]) -> None:
    assert column(name) == pytest.approx(expected, rel=1e-6)


def test_a_constant_added_to_the_relevance_changes_nothing() -> None:
    assert np.allclose(features(), features(relevance=RELEVANCE + 100), atol=1e-5)


def test_no_candidates_have_no_features() -> None:
    nobody = Candidates(
        SOURCES, np.zeros(0, np.int32), np.zeros((0, 2), np.float32), np.zeros((0, 2), np.bool_)
    )
    found = features(nobody, relevance=np.zeros(0, np.float32))
    assert found.shape == (0, len(features_for(SOURCES)))


def test_nothing_goes_with_an_empty_history() -> None:
    found = features(history=HISTORY[:0])
    names = features_for(SOURCES)
    assert not found[:, [names.index("follows"), names.index("near"), names.index("log-history")]].any()


def test_scores_are_what_the_mode_says() -> None:
    probabilities = np.array([[0.9, 0.1], [0.9, 0.5], [0.9, 0.2]], np.float32)
    by_mode: dict[ScoreMode, list[float]] = {
        "relevance": [0.6, 0.2, 0.2],
        "product": [0.06, 0.1, 0.04],
        "learned": [0.1, 0.5, 0.2],
    }
    for mode, expected in by_mode.items():
        assert final_scores(RELEVANCE, probabilities, 1, mode).tolist() == pytest.approx(expected)
        without = final_scores(RELEVANCE, None, 1, mode).tolist()
        assert without == pytest.approx(by_mode["relevance"])


@given(st.lists(st.integers(-5000, 5000), max_size=30))
def test_relevance_of_any_size_gives_positive_scores_in_the_same_order(numbers: list[int]) -> None:
    relevance = np.array(numbers, np.float32)
    scores = final_scores(relevance, None, 0, "relevance")
    assert scores.dtype == np.float32
    assert (scores > 0).all()
    assert (np.argsort(scores, kind="stable") == np.argsort(relevance, kind="stable")).all()
