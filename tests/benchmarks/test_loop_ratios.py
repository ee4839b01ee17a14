"""Ratios of sums, and whose items somebody turns against."""

from __future__ import annotations

import pytest

from benchmarks.loop.dislikes import Dislike, dislike_of
from benchmarks.loop.ratios import ratio_of_sums


def test_a_ratio_is_of_the_sums_and_lies_within_its_interval() -> None:
    found = ratio_of_sums([1, 0, 1, 0], [1, 1, 1, 1])
    assert found["value"] == 0.5
    assert found["low"] < 0.5 < found["high"]


def test_a_ratio_that_every_case_has_is_exact() -> None:
    assert ratio_of_sums([0.2] * 50, [0.4] * 50) == pytest.approx({"value": 0.5, "low": 0.5, "high": 0.5})


def test_there_is_no_ratio_to_nothing() -> None:
    assert set(ratio_of_sums([1, 2], [0, 0]).values()) == {None}


def test_the_most_frequent_category_of_a_list_is_turned_against_by_the_first_items_of_a_longer_one() -> None:
    categories = {f"a{n}": frozenset({"red"}) for n in range(12)} | {"b": frozenset({"blue"})}
    long = ["b", *(f"a{n}" for n in range(12))]
    assert dislike_of("ann", ["b", "a0", "a1"], long, categories) == Dislike(
        "ann", "red", [f"a{n}" for n in range(10)]
    )
    assert dislike_of("ann", ["b", "a0", "a1"], long[:10], categories) is None
    assert dislike_of("ann", [], long, categories) is None
