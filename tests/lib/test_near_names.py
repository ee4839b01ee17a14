"""Near spellings are found, with work that does not grow with the number of names."""

from __future__ import annotations

import difflib
from typing import Any

import pytest

from palate.recommender.lookup import near_names
from palate.recommender.lookup.near_names import COMPARED, COMPARED_CHARACTERS, NearNames


def test_a_misspelt_name_is_nearest_to_the_right_one() -> None:
    names = NearNames(["toy story", "alien", "the terminator", "aliens"])
    assert names.nearest("aliem", 2) == [1, 3]
    assert names.nearest("the termnator", 1) == [2]
    assert names.nearest("zzzzzz", 3) == []
    assert NearNames([]).nearest("alien", 3) == []


def test_a_name_that_many_bear_is_named_by_one_of_them() -> None:
    assert NearNames(["x", "alien", "alien"]).nearest("aliem", 1) == [1]


@pytest.mark.parametrize("count", [100, 2_000, 20_000])
def test_the_names_compared_and_their_lengths_are_bounded(
    monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    compared: list[tuple[int, int]] = []

    def matches(word: str, possibilities: list[str], **options: Any) -> list[str]:
        compared.append((len(possibilities), max(map(len, [word, *possibilities]))))
        return original(word, possibilities, **options)

    original = difflib.get_close_matches
    names = NearNames([f"name {number} {'x' * 200}" for number in range(count)])
    monkeypatch.setattr(near_names.difflib, "get_close_matches", matches)
    names.nearest("name 7" + "y" * 250, 3)
    assert len(compared) == 1
    assert compared[0][0] <= 2 * COMPARED
    assert compared[0][1] == COMPARED_CHARACTERS
