"""A table that was read amiss is recognised, and the setting that reads it right is named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pytest

from palate.config import TableConfig
from palate.data.advice import catalogue_advice, event_advice
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
    sample = pa.table({"user": ["ann"] * len(ids), "item": ids, "time": list(times) * len(ids)})
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


def test_users_called_by_a_word_for_nobody_are_a_warning() -> None:
    index = ItemIndex(pa.array(["a"]), text_hashes(["a"]))
    sample = pa.table({"user": ["ann", "NaN", "\\N", "Nana"], "item": ["a"] * 4, "time": [CLOCK] * 4})
    found = event_advice(sample, EventRules(LATEST), index, RowCounts(4, 4, Counter()))
    assert [line.split(",")[0] for line in found] == [
        "There are users called 'NaN'",
        "There are users called '\\\\N'",
    ]


def on_catalogue(titles: list[str], refused: dict[str, int], **settings: Any) -> list[str]:
    counts = RowCounts(10, 10 - sum(refused.values()), Counter(refused))
    sample = pa.table({"item": titles, "title": titles})
    return catalogue_advice(sample, TableConfig.model_validate({"path": "x.csv"} | settings), counts)


def test_lines_in_another_encoding_or_with_stray_quotes_name_their_setting() -> None:
    encoding, quotes = on_catalogue(["A"], {"not valid UTF-8": 2, "broken quotes": 1})
    assert "data.catalogue.encoding" in encoding
    assert "data.catalogue.quote=none" in quotes


def test_titles_that_were_read_amiss_name_their_setting() -> None:
    amiss = "Café".encode().decode("latin-1")
    assert on_catalogue([amiss, 'say "a"', "naïve"], {}) == []
    assert on_catalogue(["Café", "naïve"], {}, encoding="latin-1") == []
    (encoding,) = on_catalogue(["Plain", amiss], {}, encoding="latin-1")
    assert "leave data.catalogue.encoding out" in encoding
    (escape,) = on_catalogue(['say \\"a\\"'], {})
    assert "data.catalogue.escape" in escape
    assert on_catalogue(['say \\"a\\"'], {}, escape="\\") == []
