"""A history is written by a template, the newest events first or last, within a budget of tokens."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from palate.config import HistoryTextConfig
from palate.data.histories import EMPTY_HISTORY, History
from palate.errors import PalateError
from palate.live.overlay import LiveRow, LiveVectors, Overlay
from palate.online.items import ItemState
from palate.text_users.history_text import HistoryWriter

CATALOGUE = pa.table(
    {
        "item": ["a", "b", "c", "d"],
        "title": ["Anna", "Bruno", "Carla", "Dora"],
        "text": ["Anna.", "Bruno.", "Carla.", "Dora."],
        "year": ["1990", "1991", "", "1993"],
    }
)


def history(*items: int) -> History:
    return History(np.array(items, np.int32), np.arange(len(items), dtype=np.int64))


def writer(**settings: Any) -> HistoryWriter:
    """Letters are its tokens."""
    return HistoryWriter(CATALOGUE, HistoryTextConfig(**settings), count_tokens=len)


def test_the_newest_event_comes_first_unless_it_is_to_come_last() -> None:
    assert writer()(history(0, 1, 2)) == "Carla, Bruno, Anna"
    assert writer(order="newest-last")(history(0, 1, 2)) == "Anna, Bruno, Carla"


def test_columns_opening_and_separator_are_those_of_the_settings() -> None:
    told = writer(event="{title} ({year})", opening="Gesehen: ", separator="; ")
    assert told(history(0, 2)) == "Gesehen: Carla; Anna (1990)"


@pytest.mark.parametrize(
    ("tokens", "text"),
    [(18, "Carla, Bruno, Anna"), (17, "Carla, Bruno"), (12, "Carla, Bruno"), (11, "Carla")],
)
def test_what_has_no_room_is_the_oldest(tokens: int, text: str) -> None:
    assert writer(max_tokens=tokens)(history(0, 1, 2)) == text


def test_the_newest_event_is_written_though_it_has_no_room() -> None:
    assert writer(opening="to begin with: ", max_tokens=8)(history(0, 1)) == "to begin with: Bruno"


def test_nothing_is_written_of_no_event() -> None:
    assert writer()(EMPTY_HISTORY) == ""


def test_an_item_that_the_template_says_nothing_of_is_left_out() -> None:
    assert writer(event="{year}")(history(0, 2, 3)) == "1993, 1990"


def test_live_items_are_written_by_their_own_fields() -> None:
    rows = [
        LiveRow(1, "b", {"title": "Berta", "year": ""}, ItemState.AVAILABLE),
        LiveRow(4, "e", {"title": "Emil", "year": "2020"}, ItemState.AVAILABLE),
    ]
    overlay = Overlay.of(1, rows, LiveVectors(np.zeros((2, 1), np.float32), ()))
    released = writer()
    assert released.over(overlay)(history(0, 1, 4)) == "Emil, Berta, Anna"
    assert released(history(0, 1)) == "Bruno, Anna"


def test_a_column_that_is_not_there_is_refused_with_the_setting() -> None:
    with pytest.raises(PalateError, match=r"users_as_text.history.event '\{titel\}'.*did you mean 'title'"):
        writer(event="{titel}")
