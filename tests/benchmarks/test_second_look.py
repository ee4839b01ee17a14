"""The benchmark's independent second look finds what is wrong with a sentence."""

from __future__ import annotations

import pytest

from benchmarks.explanations.recheck import Film, problems

FILMS = {
    "1": Film("Alien", frozenset({"Horror", "Sci-Fi"}), "1979"),
    "2": Film("Aliens", frozenset({"Sci-Fi", "War"}), "1986"),
    "3": Film("Heat", frozenset({"Crime"}), "1995"),
}


def found(sentence: str) -> list[str]:
    return list(problems(sentence, "2", {"1": 5.0, "3": 2.0}, FILMS))


@pytest.mark.parametrize(
    "sentence",
    [
        "Because you liked Alien, here is a science-fiction film.",
        "Since you watched Heat and liked Alien, you might enjoy Aliens, a war film from 1986.",
        "Many people have chosen this: a war film of the 1980s.",
    ],
)
def test_true_sentences_pass(sentence: str) -> None:
    assert found(sentence) == []


@pytest.mark.parametrize(
    ("sentence", "problem"),
    [
        ("Because you liked Heat, here is a war film.", "Heat was not liked"),
        ("Because you liked Alien, here is a horror film.", "the film is no Horror"),
        ("This is a war film from 1987.", "1987 is not the film's year"),
        ("Because you liked Jaws, here is a war film.", "nothing accounts for Jaws"),
    ],
)
def test_false_sentences_are_found_out(sentence: str, problem: str) -> None:
    assert found(sentence) == [problem]
