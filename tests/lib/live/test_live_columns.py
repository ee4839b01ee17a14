"""Columns of live items: values as texts, texts by the template, and what is refused."""

from __future__ import annotations

import pytest

from palate.errors import PalateError
from palate.live.columns import Columns, said_fields

COLUMNS = Columns(["item", "title", "text", "genre"], "{title} ({genre})")


def test_values_are_as_a_catalogue_has_them() -> None:
    said = said_fields({"title": " A &amp;\n B ", "year": 1999.0, "new": True, "gone": None})
    assert said == {"title": "A & B", "year": "1999", "new": "true", "gone": ""}


def test_a_row_is_what_was_said_over_what_the_release_has() -> None:
    row = COLUMNS.row("i1", {"title": "Old", "genre": "war"}, {"title": "New"})
    assert (row, COLUMNS.text("i1", row)) == ({"title": "New", "genre": "war"}, "New (war)")


def test_an_item_without_a_title_goes_by_its_id() -> None:
    row = COLUMNS.row("i1", {}, {})
    assert (row["title"], COLUMNS.text("i1", row)) == ("i1", "i1")


def test_a_raw_column_called_text_can_be_said_where_the_template_names_it() -> None:
    columns = Columns(["item", "title", "text"], "{title}: {text}")
    row = columns.row("n", {}, {"title": "New", "text": "a plot"})
    assert columns.text("n", row) == "New: a plot"
    with pytest.raises(PalateError, match="no column 'text'"):
        COLUMNS.check("n", {"text": "a plot"}, 1000)
