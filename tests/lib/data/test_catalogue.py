"""The catalogue is in the order of its ids, complete, and every row that is not in it is in quarantine."""

from __future__ import annotations

import json

import pyarrow as pa
import pytest

from palate.data.catalogue import ItemIndex, clean_catalogue, finish_catalogue
from palate.errors import PalateError

ROWS = [
    {"item": "b", "title": "Beta", "year": "2001", "text": "of the source"},
    {"item": "a", "title": " Al\x00pha\nOne ", "year": None, "text": None},
    {"item": "b", "title": "Another", "year": "2002", "text": None},
    {"item": None, "title": "Nobody", "year": "1", "text": None},
    {"item": "c\x01c", "title": "Odd", "year": "1", "text": None},
    {"item": "d", "title": None, "year": None, "text": None},
]


def finished(
    rows: list[dict[str, str | None]], template: str = "{title} ({year})"
) -> tuple[pa.Table, pa.Table]:
    return finish_catalogue([clean_catalogue(pa.Table.from_pylist([row])) for row in rows], template)


def test_items_are_ordered_and_described() -> None:
    catalogue, _ = finished(ROWS)
    assert catalogue["item"].to_pylist() == ["a", "b", "d"]
    assert catalogue["title"].to_pylist() == ["Al pha One", "Another", "d"]
    assert catalogue["text"].to_pylist() == ["Al pha One", "Another (2002)", "d"]
    assert catalogue["year"].to_pylist() == ["", "2002", ""]


def test_refused_rows_are_in_quarantine() -> None:
    _, refused = finished(ROWS)
    assert refused["table"].to_pylist() == ["catalogue"] * 3
    assert refused["reason"].to_pylist() == ["control character in item", "duplicate item", "missing item"]
    assert json.loads(refused["row"][1].as_py())["title"] == "Beta"


def test_the_order_of_the_rows_does_not_matter() -> None:
    first, second = finished(ROWS), finished(ROWS[::-1])
    assert first[0].equals(second[0])
    assert first[1].equals(second[1])


def test_a_text_column_of_the_source_can_stand_in_the_template() -> None:
    catalogue, _ = finished(ROWS[:1], "{title}: {text}")
    assert catalogue["text"].to_pylist() == ["Beta: of the source"]


def test_an_unknown_field_is_refused() -> None:
    with pytest.raises(PalateError, match="did you mean 'title'"):
        finished(ROWS, "{titel}")


def test_unknown_and_missing_ids_have_no_index() -> None:
    index = ItemIndex.of(finished(ROWS)[0])
    assert index.find(pa.array(["d", None, "z", "a"])).tolist() == [2, -1, -1, 0]


def test_entities_of_html_are_signs_again_but_in_ids() -> None:
    row = {"item": "a&amp;b", "title": "Law &amp; Order &#233;", "year": "Q&A; R&nosuch;", "text": "x&y"}
    catalogue, _ = finished([row])
    assert catalogue.select(["item", "title", "year"]).to_pylist() == [
        {"item": "a&amp;b", "title": "Law & Order é", "year": "Q&A; R&nosuch;"}
    ]


def test_ids_are_written_as_the_setting_says() -> None:
    raw = pa.table({"item": ["0013", "13.0", "b"], "title": ["One", "Two", "Three"]})
    catalogue, refused = finish_catalogue([clean_catalogue(raw, ids="integer")], "{title}")
    assert catalogue["item"].to_pylist() == ["13", "b"]
    assert refused["reason"].to_pylist() == ["duplicate item"]
