"""Facts of live items: filters see the catalogue as it would be read with the changes in it."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from palate.config.rerank import ColumnsConfig
from palate.live.facts import live_facts
from palate.live.overlay import LiveRow, LiveVectors, Overlay
from palate.online.items import ItemState
from palate.rank.filters import ItemFacts

COLUMNS = ColumnsConfig.model_validate(
    {"category": "genre", "available": "stock", "date": "year", "numbers": {"price": {}}, "values": ["maker"]}
)
NAMES = ("title", "genre", "stock", "year", "price", "maker")
RELEASED = [
    ("Alien", "horror", "yes", "1979", "5", "Scott"),
    ("Heat", "crime", "yes", "1995", "7", "Mann"),
    ("Clue", "comedy", "no", "1985", "3", "Lynn"),
]
CHANGED = {
    1: (("Heat", "crime|drama", "yes", "1995", "9", "Mann"), ItemState.AVAILABLE),
    2: (("Clue", "comedy", "yes", "1985", "3", "Lynn"), ItemState.AVAILABLE),
    4: (("ALIEN", "western", "yes", "2030", "", "Ford"), ItemState.AVAILABLE),
    7: (("Gone", "horror", "yes", "2031", "1", "Scott"), ItemState.GONE),
}


def table(rows: list[tuple[str, ...]]) -> pa.Table:
    return pa.table(dict(zip(NAMES, map(list, zip(*rows, strict=True)), strict=True)))


def facts() -> ItemFacts:
    released = ItemFacts.of(table(RELEASED), COLUMNS, np.eye(3, 4, dtype=np.float32))
    rows = [
        LiveRow(index, f"item {index}", dict(zip(NAMES, row, strict=True)), state)
        for index, (row, state) in CHANGED.items()
    ]
    vectors = np.full((4, 4), 0.5, np.float32)
    return live_facts(released, Overlay.of(1, rows, LiveVectors(vectors, (vectors,))), COLUMNS)


def items(*indices: int) -> np.ndarray:
    return np.array(indices, np.int32)


def test_availability_is_the_column_s_and_the_state_s() -> None:
    assert facts().available[items(0, 1, 2, 4, 7)].tolist() == [True, True, True, True, False]


def test_numbers_dates_and_names_are_those_of_now() -> None:
    known = facts()
    prices = known.numbers["price"][items(0, 1, 2, 4)]
    assert prices[:3].tolist() == [5, 9, 3]
    assert np.isnan(prices[3])
    assert known.dates[items(0, 4)].tolist() == [1979, 2030]
    assert known.newest == 2031
    assert known.values["maker"].where(items(0, 1, 4), lambda names: "ford" in names).tolist() == [
        False,
        False,
        True,
    ]


def test_categories_match_as_if_the_release_had_them() -> None:
    known = facts()
    assert known.matching("drama", items(0, 1, 2)).tolist() == [False, True, False]
    assert known.matching("western or horror", items(0, 1, 4, 7)).tolist() == [True, False, True, True]
    assert known.categories[1] == {"crime", "drama"}
    assert known.categories[4] == {"western"}


def test_equal_titles_have_equal_codes_across_the_layers() -> None:
    codes = facts().title_codes[items(0, 1, 2, 4, 7)].tolist()
    assert codes[0] == codes[3]
    assert len(set(codes)) == 4
