"""A struck interest takes exactly the items with all of its categories out of a list."""

from __future__ import annotations

import numpy as np
import pytest

from palate.profile import CategoryNames
from palate.rank.filters import FilterContext, ItemFacts, RankedItems, post_process
from palate.rank.rules import Rules
from tests.support.worlds.profiles import CATALOGUE, COLUMNS, DESCRIPTIONS, FILMS, PLACES, catalogue_of

NAMES = CategoryNames.of(CATALOGUE, COLUMNS)
NONE = np.zeros(0, np.int32)
ODD = {
    "first": ("", "Sci-Fi|Children's"),
    "second": ("", "sci_fi| R&B "),
    "third": ("", 'the "best" of (not) all|and'),
    "fourth": ("", r"back\slash|Film Noir"),
    "fifth": ("", "SciFi"),
}


def listed(films: dict[str, tuple[str, str]], rules: Rules) -> list[str]:
    """What a list of the whole catalogue still holds."""
    facts = ItemFacts.of(catalogue_of(films), COLUMNS, np.eye(len(films), dtype=np.float32))
    ranked = RankedItems(
        np.arange(len(films), dtype=np.int32), np.linspace(2, 1, len(films), dtype=np.float32)
    )
    kept = post_process(ranked, FilterContext(NONE, NONE, len(films), rules), facts).kept
    return [list(films)[item] for item in kept.items.tolist()]


@pytest.mark.parametrize(
    "dismissed",
    [
        [("science fiction", "thriller")],
        [("science fiction",)],
        [("children's", "comedy"), ("film noir",)],
        [("skin care",)],
        [("drama", "romance"), ("crime",), ("bath",)],
        [("opera",)],
    ],
)
def test_items_with_all_categories_of_a_struck_interest_are_denied(dismissed: list[tuple[str, ...]]) -> None:
    def is_dismissed(title: str) -> bool:
        categories = set(DESCRIPTIONS.items[PLACES[title]].categories)
        return any(categories.issuperset(names) for names in dismissed)

    expected = [title for title in FILMS if not is_dismissed(title)]
    assert listed(FILMS, Rules(dismissed=tuple(NAMES.rule_of(names) for names in dismissed))) == expected


@pytest.mark.parametrize(
    ("category", "gone"),
    [
        ("science fiction", {"first", "second", "fifth"}),
        ("children's", {"first"}),
        ("R&B", {"second"}),
        ("r&b", {"second"}),
        ('the "best" of (not) all', {"third"}),
        ("and", {"third"}),
        (r"back\slash", {"fourth"}),
        ("film noir", {"fourth"}),
    ],
)
def test_any_name_of_a_catalogue_can_be_struck(category: str, gone: set[str]) -> None:
    names = CategoryNames.of(catalogue_of(ODD), COLUMNS)
    rule = names.rule_of((category,))
    assert listed(ODD, Rules(dismissed=(rule,))) == [title for title in ODD if title not in gone]


def test_rule_is_readable() -> None:
    assert NAMES.rule_of(("science fiction", "thriller")) == '"sci-fi" and "thriller"'
    assert NAMES.rule_of(("bath",)) == '"bath"'
