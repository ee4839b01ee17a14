"""A table that was read amiss is recognised, and the setting that reads it right is named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pytest

from palate.data.advice import event_advice, line_advice
from palate.data.catalogue import ItemIndex
from palate.data.clean import EventRules
from palate.data.hashing import text_hashes
from palate.data.raw.row_counts import RowCounts

CLOCK = 1_600_000_000
LATEST = 1_800_000_000


def advice(
    refused: dict[str, int],
    ids: Sequence[Any] = ("a",),
    times: Sequence[Any] = (CLOCK,),
    items: Sequence[str] = ("a",),
    **settings: Any,
) -> list[str]:
    index = ItemIndex(pa.array(items, pa.string()), text_hashes(list(items)))
    sample = pa.table({"item": ids, "time": list(times) * len(ids)})
    counts = RowCounts(100, 100 - sum(refused.values()), Counter(refused))
    return event_advice(sample, EventRules(LATEST, **settings), index, counts)


def test_a_table_that_is_read_well_needs_none() -> None:
    assert advice({}) == []
    assert advice({"unknown item": 50, "time in the future": 3}) == []


@pytest.mark.parametrize(
    ("event", "item", "settings"),
    [
        ("13.0", "13", "data.events.ids=integer"),
        ("13", "000013", "data.catalogue.ids=stripped"),
        ("000013", "13", "data.events.ids=stripped"),
        ("13.0", "0013", "data.events.ids=integer and data.catalogue.ids=integer"),
        ("cafe\u0301", "caf\u00e9", "data.events.ids=nfc"),
        ("caf\u00e9", "cafe\u0301", "data.catalogue.ids=nfc"),
    ],
)
def test_two_spellings_of_an_item_stand_side_by_side_with_their_setting(
    event: str, item: str, settings: str
) -> None:
    (line,) = advice({"unknown item": 90}, ids=["lost", event], items=[item])
    assert f"the events write {event!r}, the catalogue {item!r}; set {settings}." in line


def test_a_catalogue_of_which_nothing_is_left_has_no_spelling() -> None:
    assert advice({"unknown item": 90}, items=[]) == []


def test_ids_that_no_setting_reconciles_are_shown_too() -> None:
    (line,) = advice({"unknown item": 90}, ids=["B07"], items=["7", "8"])
    assert "such as 'B07'; an id that it has is '7'" in line


@pytest.mark.parametrize(
    ("unit", "scale", "setting", "name"),
    [
        ("s", 1e3, "ms", "milliseconds"),
        ("s", 1e6, "us", "microseconds"),
        ("s", 1e9, "ns", "nanoseconds"),
        ("ms", 1, "s", "seconds"),
        ("iso", 1, "s", "seconds"),
    ],
)
def test_a_wrong_unit_is_recognised(unit: str, scale: float, setting: str, name: str) -> None:
    found = advice({"time in the future": 90}, times=[CLOCK * scale], time_unit=unit)
    assert found == [f"The times look like {name}: set data.events.time_unit={setting}."]


def test_dates_are_recognised() -> None:
    refused = {"time is not a number": 90}
    assert advice(refused, times=["2020-01-02 03:04:05"]) == [
        "The times look like ISO 8601 dates: set data.events.time_unit=iso."
    ]
    (line,) = advice(refused, times=["Mon Sep 14 03:41:10 2020"])
    assert "'Mon Sep 14 03:41:10 2020'" in line
    assert "data.events.time_format" in line


def test_times_that_all_lie_in_1970_are_a_warning() -> None:
    (line,) = advice({}, ids=["a"] * 3, times=[17])
    assert "1970" in line


def test_lines_in_another_encoding_or_with_stray_quotes_name_their_setting() -> None:
    encoding, quotes = line_advice(
        "catalogue", RowCounts(10, 7, Counter({"not valid UTF-8": 2, "broken quotes": 1}))
    )
    assert "data.catalogue.encoding" in encoding
    assert "data.catalogue.quote=none" in quotes
