"""Titles are found by hashes of their forms as they would be in a dictionary of them."""

from __future__ import annotations

from palate.steering.names.titles import TitleArrays, TitleTable, title_articles
from palate.steering.tokens import tokenize

TITLES = ["Heat", "The Matrix", "Matrix, The (1999)", "Alien", "Alien 3", "", "x " * 13]


def table() -> TitleTable:
    return TitleTable(TitleArrays.of(TITLES, title_articles(["en"])))


def found(text: str) -> tuple[tuple[int, ...], int] | None:
    return table().longest_at(tokenize(text), 0)


def test_the_longest_title_counts() -> None:
    assert found("alien 3 and more") == ((4,), 2)
    assert found("alien and more") == ((3,), 1)


def test_titles_are_found_with_their_article_moved_and_without_it() -> None:
    assert found("the matrix") == ((1, 2), 2)
    assert found("matrix") == ((1, 2), 1)


def test_what_no_title_is_is_not_found() -> None:
    assert found("aliens") is None
    assert found("x x x") is None
    assert table().longest_at(tokenize("alien"), 1) is None


def test_words_may_stand_between_those_of_a_title() -> None:
    assert table().longest_at(tokenize("alien number 3"), 0, frozenset(["number"])) == ((4,), 3)


def test_words_of_titles_are_known_and_no_others() -> None:
    words = table().words
    assert "matrix" in words
    assert "1999" in words
    assert "aliens" not in words
    assert words & {"matrix", "alien", "zebra"} == {"matrix", "alien"}


def test_a_catalogue_of_no_titles_names_nothing() -> None:
    empty = TitleTable(TitleArrays.of([], frozenset()))
    assert empty.longest_at(tokenize("alien"), 0) is None
    assert empty.words & {"alien"} == frozenset()
