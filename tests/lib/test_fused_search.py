"""Hybrid search finds the best of both scores together, however deep they lie in either."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from palate.live.overlay import LiveRow
from palate.online.items import ItemState
from palate.recommender.search import FusedScores, LexicalSource
from palate.recommender.search import fused_scores as module
from palate.recommender.sources import DenseScores
from palate.retrieve.lexical import lexical_index


def fused(seed: int, items: int, weight: float) -> tuple[FusedScores, np.ndarray]:
    """Two sources by chance, the lexical one mostly zero, and their convex combination."""
    chance = np.random.default_rng(seed)
    dense = chance.normal(size=(1, items)).astype(np.float32)
    lexical = (chance.random((1, items)) * (chance.random((1, items)) < 0.3)).astype(np.float32)
    both = (1 - np.float32(weight)) * dense + np.float32(weight) * lexical
    return FusedScores(DenseScores(dense), DenseScores(lexical), weight), both[0]


@given(st.integers(0, 99), st.integers(0, 3000), st.floats(0, 1), st.integers(1, 200))
def test_best_of_both_is_found(seed: int, items: int, weight: float, count: int) -> None:
    scores, both = fused(seed, items, weight)
    hidden = np.arange(0, items, 7, dtype=np.int64)
    both[hidden] = -np.inf
    best = np.argsort(-both, kind="stable")[: min(count, items - len(hidden))]
    assert scores.best(0, count, hidden).tolist() == best.tolist()


def test_no_more_is_looked_at_than_it_takes(monkeypatch: object) -> None:
    scores, _ = fused(0, 20_000, 0.5)
    asked: list[int] = []
    dense_best = scores._dense.best
    scores._dense.best = lambda *asks: asked.append(asks[1]) or dense_best(*asks)  # type: ignore[method-assign, func-returns-value]
    scores.best(0, 10, np.zeros(0, np.int64))
    assert asked[0] == module.DEPTH
    assert max(asked) < 20_000


def live(index: int, text: str | None) -> LiveRow:
    return LiveRow(index, f"item {index}", {"title": "title"}, ItemState.AVAILABLE, text)


def test_live_texts_are_searched_by_word_in_place_of_those_of_the_release() -> None:
    source = LexicalSource(lambda: lexical_index(["red cat", "blue dog", "green cat"]), slice(0, 3))
    rows = np.array([0, 1, 3], np.int64)
    layered = source.over([live(0, "yellow zebra"), live(1, None), live(3, "red red horse")], rows)
    everything = np.arange(4)
    assert np.flatnonzero(layered.scored(["red"]).at(0, everything)).tolist() == [3]
    assert np.flatnonzero(layered.scored(["zebra"]).at(0, everything)).tolist() == [0]
    assert np.flatnonzero(layered.scored(["dog"]).at(0, everything)).tolist() == [1]
    assert np.flatnonzero(source.scored(["red"]).at(0, everything[:3])).tolist() == [0]
