"""Lexical search scores texts by BM25, the same in parts as in one, and never above the bound."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from palate.retrieve.lexical import LexicalIndex, WordCounts, WordStatistics
from palate.words import split_words

TEXTS = ["red cat", "red dog red dog", "a cat and a dog and a horse", "", "Größe 星际旅行"]
WORDS = st.text("abc ", max_size=12)


def index_of(texts: Sequence[str]) -> LexicalIndex:
    counts = WordCounts.of(texts)
    return LexicalIndex(counts, WordStatistics.of(counts))


def by_formula(texts: Sequence[str], query: str) -> list[float]:
    """BM25 with k1 = 1.2 and b = .75, over the sum of the words' inverse document frequencies."""
    words = [Counter(split_words(text)) for text in texts]
    mean = max(1.0, sum(map(Counter.total, words)) / len(texts))

    def rarity(word: str) -> float:
        with_word = sum(word in counts for counts in words)
        return math.log(1 + (len(texts) - with_word + 0.5) / (with_word + 0.5))

    def share(counts: Counter[str], word: str) -> float:
        return counts[word] / (counts[word] + 1.2 * (0.25 + 0.75 * counts.total() / mean))

    sought = set(split_words(query))
    most = sum(map(rarity, sought))
    return [sum(rarity(word) * share(counts, word) for word in sought) / (most or 1) for counts in words]


@pytest.mark.parametrize("query", ["red", "cat dog", "cat zebra", "zebra", "", "GROSSE 星际", "red red dog"])
def test_scores_are_those_of_the_formula(query: str) -> None:
    assert index_of(TEXTS).scores([query])[0].tolist() == pytest.approx(by_formula(TEXTS, query), abs=1e-6)


@given(st.lists(WORDS, min_size=1, max_size=8), WORDS)
def test_scores_are_those_of_the_formula_for_any_texts(texts: list[str], query: str) -> None:
    scores = index_of(texts).scores([query])[0]
    assert scores.tolist() == pytest.approx(by_formula(texts, query), abs=1e-5)
    assert np.all((scores >= 0) & (scores < 1))


@given(st.lists(WORDS, min_size=2, max_size=8), WORDS, st.data())
def test_a_part_scores_its_texts_as_the_whole_does(texts: list[str], query: str, data: st.DataObject) -> None:
    end = data.draw(st.integers(1, len(texts) - 1))
    counts = WordCounts.of(texts)
    statistics = WordStatistics.of(counts)
    parts = [LexicalIndex(counts.at(rows), statistics) for rows in (slice(0, end), slice(end, None))]
    scores = np.concatenate([part.scores([query])[0] for part in parts])
    assert scores.tolist() == pytest.approx(index_of(texts).scores([query])[0].tolist())


def test_texts_that_come_later_are_scored_with_the_statistics_of_the_catalogue() -> None:
    statistics = WordStatistics.of(WordCounts.of(TEXTS))
    later = LexicalIndex(WordCounts.of(["red cat", "zebra"]), statistics)
    assert later.scores(["red"])[0, 0] == index_of(TEXTS).scores(["red"])[0, 0]
    assert later.scores(["zebra"])[0, 1] > 0


def test_an_empty_catalogue_can_be_searched() -> None:
    assert index_of([]).scores(["anything"]).shape == (1, 0)
