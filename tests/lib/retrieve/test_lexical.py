"""Lexical search scores texts by BM25, the same in parts as in one, and never above the bound."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from palate.retrieve.lexical import (
    LexicalIndex,
    WordCounts,
    WordStatistics,
    lexical_index,
    open_lexical_index,
    write_lexical_index,
)
from palate.storage import Folder
from palate.words import split_words

TEXTS = ["red cat", "red dog red dog", "a cat and a dog and a horse", "", "Größe 星际旅行"]
WORDS = st.text("abc ", max_size=12)


def index_of(texts: Sequence[str]) -> LexicalIndex:
    return lexical_index(texts)


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
    whole = index_of(texts)
    parts = [whole.part(rows) for rows in (slice(0, end), slice(end, len(texts)))]
    scores = np.concatenate([part.scores([query])[0] for part in parts])
    assert scores.tolist() == whole.scores([query])[0].tolist()


def test_texts_that_come_later_are_scored_with_the_statistics_of_the_catalogue() -> None:
    statistics = WordStatistics.of(WordCounts.of(TEXTS))
    later = LexicalIndex.of(WordCounts.of(["red cat", "zebra"]), statistics)
    assert later.scores(["red"])[0, 0] == index_of(TEXTS).scores(["red"])[0, 0]
    assert later.scores(["zebra"])[0, 1] > 0


def test_an_empty_catalogue_can_be_searched() -> None:
    assert index_of([]).scores(["anything"]).shape == (1, 0)


def test_a_stored_index_gives_the_very_scores_of_one_that_is_counted(tmp_path: Path) -> None:
    write_lexical_index(Folder(str(tmp_path)), TEXTS)
    stored = open_lexical_index(Folder(str(tmp_path)))
    assert stored is not None
    queries = ["red", "cat dog horse", "zebra", "GROSSE 星际", ""]
    np.testing.assert_array_equal(stored.scores(queries), index_of(TEXTS).scores(queries))
    dog = index_of(TEXTS).scores(["dog"])
    assert stored.part(slice(1, 3)).scores(["dog"]).tolist() == dog[:, 1:3].tolist()


def test_a_stored_index_is_mapped(tmp_path: Path) -> None:
    write_lexical_index(Folder(str(tmp_path)), TEXTS)
    stored = open_lexical_index(Folder(str(tmp_path)))
    assert stored is not None
    for array in (*stored.postings, stored.statistics.rarity):
        assert isinstance(array.base, np.memmap)
    assert np.shares_memory(stored._weights.data, stored.postings.weights)


def test_an_index_of_another_version_is_counted_anew(tmp_path: Path) -> None:
    folder = Folder(str(tmp_path))
    assert open_lexical_index(folder) is None
    write_lexical_index(folder, TEXTS)
    folder.write_json("statistics.json", folder.read_json("statistics.json") | {"version": 0})
    assert open_lexical_index(folder) is None


def test_an_index_of_no_texts_can_be_stored(tmp_path: Path) -> None:
    write_lexical_index(Folder(str(tmp_path)), [])
    stored = open_lexical_index(Folder(str(tmp_path)))
    assert stored is not None
    assert stored.scores(["anything"]).shape == (1, 0)
