"""Live items in training: the raw catalogue as it is now."""

from __future__ import annotations

import pyarrow as pa

from palate.data.catalogue import clean_catalogue, finish_catalogue
from palate.live.training import GONE, with_live_items
from palate.online.items import ItemState, LiveItem

RAW = pa.table(
    {"item": ["a", "b", "c", ""], "title": ["A", "B", "C", "no id"], "genre": ["x", None, "z", "x"]}
)


def live(item: str, state: ItemState = ItemState.AVAILABLE, **fields: str) -> LiveItem:
    return LiveItem(item, 0, 1, state, fields)


def finished(*items: LiveItem) -> tuple[list[dict[str, str]], dict[str, int], int]:
    rows, added = with_live_items([clean_catalogue(RAW)], items)
    catalogue, refused = finish_catalogue([rows], "{title} ({genre})")
    reasons = refused["reason"].to_pylist()
    return catalogue.to_pylist(), {reason: reasons.count(reason) for reason in reasons}, added


def test_without_live_items_the_catalogue_is_the_raw_one() -> None:
    catalogue, refused, added = finished()
    assert [row["item"] for row in catalogue] == ["a", "b", "c"]
    assert (sum(refused.values()), added) == (1, 0)


def test_what_was_said_stands_in_place_of_what_the_table_has() -> None:
    catalogue, _, added = finished(live("a", genre="new"), live("b", title="Bee"), live("n", title="New"))
    assert [(row["item"], row["title"], row["genre"], row["text"]) for row in catalogue] == [
        ("a", "A", "new", "A (new)"),
        ("b", "Bee", "", "Bee"),
        ("c", "C", "z", "C (z)"),
        ("n", "New", "", "New"),
    ]
    assert added == 1


def test_gone_items_are_left_out_and_unavailable_ones_stay() -> None:
    catalogue, refused, _ = finished(
        live("a", ItemState.GONE), live("c", ItemState.UNAVAILABLE), live("never there", ItemState.GONE)
    )
    assert [row["item"] for row in catalogue] == ["b", "c"]
    assert refused[GONE] == 1


def test_a_column_that_the_table_does_not_have_is_left_out() -> None:
    catalogue, _, _ = finished(live("a", colour="red"))
    assert "colour" not in catalogue[0]
