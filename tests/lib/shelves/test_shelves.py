"""What the title of a shelf says is true of every item in it, and no item is on two shelves."""

from __future__ import annotations

import re
from functools import cache

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from palate.config import ColumnsConfig
from palate.errors import PalateError
from palate.rank.filters import ItemFacts
from palate.schema import ITEM, TITLE
from palate.shelves import After, Shelf, ShelfPlan, shelf_languages, shelf_phrases, shelves_of
from tests.support.worlds.requests import FILM_COLUMNS, SHOP_COLUMNS

ITEMS = 60
TITLES = {
    "en": {"after": "After ", "decade": r"of the (\d+)s", "limit": r": (\w+) up to ([\d.e+]+)$"},
    "de": {"after": "Nach ", "decade": r"der (\d+)er", "limit": r": (\w+) bis ([\d.e+]+)$"},
    "zh": {"after": "类似 ", "decade": r"^(\d+) 年代", "limit": "\uff1a" r"(\w+) 不超过 ([\d.e+]+)$"},
}


@cache
def catalogue(kind: str) -> tuple[pa.Table, ColumnsConfig, list[str]]:
    """Drawn items of a kind, what its columns mean, and its categories."""
    random = np.random.default_rng(3)
    numbers = [str(number) for number in random.integers(5, 190, ITEMS)]
    common = {ITEM: [str(item) for item in range(ITEMS)], TITLE: [f"Item {item}" for item in range(ITEMS)]}
    if kind == "films":
        names = ["Horror", "Comedy", "Drama", "Sci-Fi"]
        genres = ["|".join(random.choice(names, 2, replace=False)) for _ in range(ITEMS)]
        years = [str(year) for year in random.integers(1960, 2000, ITEMS)]
        return pa.table(common | {"genres": genres, "year": years, "minutes": numbers}), FILM_COLUMNS, names
    names = ["Soap", "Perfume", "Gift set"]
    shelves = [str(random.choice(names)) for _ in range(ITEMS)]
    return (
        pa.table(common | {"shelf": shelves, "price": numbers, "maker": ["A"] * ITEMS}),
        SHOP_COLUMNS,
        names,
    )


@cache
def facts_of(kind: str) -> ItemFacts:
    table, columns, _ = catalogue(kind)
    return ItemFacts.of(table, columns, np.zeros((ITEMS, 0), np.float32))


@st.composite
def plans(draw: st.DrawFn, kind: str) -> ShelfPlan:
    every = range(ITEMS)
    ranked = draw(st.permutations(every))[: draw(st.integers(0, ITEMS))]
    interests = draw(st.permutations(catalogue(kind)[2]))
    anchors = [
        After(item, f"Item {item}", tuple(draw(st.permutations(every))[:20]))
        for item in draw(st.lists(st.sampled_from(every), max_size=2, unique=True))
    ]
    return ShelfPlan(np.array(ranked, np.int32), interests, anchors)


def lies(shelf: Shelf, plan: ShelfPlan, kind: str, language: str) -> list[str]:
    """What the title's words say that the raw catalogue does not bear out, read anew from the title."""
    table, columns, names = catalogue(kind)
    rows, title, words = table.take(list(shelf.items)).to_pylist(), shelf.title, TITLES[language]
    said = [name for name in names if name in title]
    wrong = [
        f"{row[ITEM]} is not {name}" for row in rows for name in said if name not in row[columns.category]
    ]
    if found := re.search(words["decade"], title):
        first = int(found[1])
        wrong += [row["year"] for row in rows if not first <= int(row["year"]) < first + 10]
    if found := re.search(words["limit"], title):
        wrong += [row[found[1]] for row in rows if float(row[found[1]]) > float(found[2])]
    for anchor in plan.anchors:
        if title.endswith(f" {anchor.title}"):
            wrong += [str(item) for item in shelf.items if item not in anchor.similar]
    return wrong if said or "Item " in title else [f"{title} says nothing"]


@pytest.mark.parametrize("language", sorted(TITLES))
@pytest.mark.parametrize("kind", ["films", "shop"])
@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_every_title_is_true_of_every_item(kind: str, language: str, data: st.DataObject) -> None:
    plan = data.draw(plans(kind))
    shelves = shelves_of(plan, facts_of(kind), shelf_phrases(language), most=8, size=5)
    assert [lies(shelf, plan, kind, language) for shelf in shelves] == [[]] * len(shelves)
    listed = [item for shelf in shelves for item in shelf.items]
    assert len(listed) == len(set(listed))
    assert set(listed) <= set(plan.ranked.tolist())
    assert all(3 <= len(shelf.items) <= 5 for shelf in shelves)
    assert len({shelf.title for shelf in shelves}) == len(shelves)


def test_shelves_speak_of_anchors_decades_and_numbers() -> None:
    similar = tuple(range(40))
    plan = ShelfPlan(np.arange(ITEMS, dtype=np.int32), ["Comedy", "Drama"], [After(50, "Fargo", similar)])
    titles = [
        shelf.title for shelf in shelves_of(plan, facts_of("films"), shelf_phrases("en"), most=10, size=4)
    ]
    assert titles[0] == "Comedy, after Fargo"
    assert any(re.match(r"Comedy of the 19\d0s$", title) for title in titles)
    assert any(re.match(r"Comedy: minutes up to \d+$", title) for title in titles)
    assert "After Fargo" in titles


def test_there_are_as_many_shelves_as_were_asked_for_at_most() -> None:
    plan = ShelfPlan(np.arange(ITEMS, dtype=np.int32), ["Comedy", "Drama"], [])
    assert len(shelves_of(plan, facts_of("films"), shelf_phrases("en"), most=2, size=4)) == 2


def test_languages_are_files() -> None:
    assert shelf_languages() == sorted(TITLES)
    with pytest.raises(PalateError, match="there are de, en, zh"):
        shelf_phrases("tlh")
