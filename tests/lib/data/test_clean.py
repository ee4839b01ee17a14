"""Every raw row comes out of cleaning typed, or with a reason; none is lost and nothing raises."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from palate.config.data import NegativeRule
from palate.data.catalogue import ItemIndex
from palate.data.clean import CLEAN_SCHEMA, EventRules, clean_events
from palate.data.hashing import text_hashes
from palate.data.raw.reasons import REFUSAL, REFUSED_ROW

IDS = ["a", "b", "7"]
ITEMS = ItemIndex(pa.array(IDS), text_hashes(IDS))
RULES = EventRules(latest_time=1000)
GOOD = {"user": "u", "item": "b", "kind": "click", "value": "2.5", "time": "10"}


def clean(row: dict[str, Any], rules: EventRules = RULES) -> dict[str, Any]:
    (found,) = clean_events(pa.Table.from_pylist([row]), rules, ITEMS).to_pylist()
    return found


def test_a_good_row_is_typed() -> None:
    expected = {
        "user": "u",
        "item": 1,
        "kind": "click",
        "value": 2.5,
        "time": 10,
        "negative": False,
        REFUSAL: None,
        REFUSED_ROW: None,
    }
    assert clean(GOOD) == expected


def test_kind_and_value_have_defaults() -> None:
    found = clean({"user": " u ", "item": 7, "time": 9.9})
    assert (found["user"], found["item"], found["kind"], found["value"], found["time"]) == (
        "u",
        2,
        "event",
        1.0,
        9,
    )


def test_ids_of_items_and_users_are_written_as_the_setting_says() -> None:
    found = clean(GOOD | {"user": "012.0", "item": "007"}, EventRules(latest_time=1000, ids="integer"))
    assert (found["user"], found["item"]) == ("12", 2)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"user": None}, "missing user"),
        ({"user": " "}, "missing user"),
        ({"user": float("nan")}, "missing user"),
        ({"item": ""}, "missing item"),
        ({"time": None}, "missing time"),
        ({"user": "x" * 257}, "user is too long"),
        ({"user": "é" * 129}, "user is too long"),
        ({"item": "a\x00b"}, "control character in item"),
        ({"kind": "a\x1bb"}, "control character in kind"),
        ({"time": "soon"}, "time is not a number"),
        ({"time": "NaN"}, "time is not a number"),
        ({"time": "-1"}, "negative time"),
        ({"time": "1001"}, "time in the future"),
        ({"time": "1e99999"}, "time in the future"),
        ({"value": "good"}, "value is not a number"),
        ({"value": "1_0"}, "value is not a number"),
        ({"value": "-inf"}, "value is not finite"),
        ({"value": "1e39"}, "value is not finite"),
        ({"value": float("nan")}, "value is not finite"),
        ({"item": "c"}, "unknown item"),
    ],
)
def test_a_bad_row_gets_its_reason_and_keeps_its_text(change: dict[str, Any], reason: str) -> None:
    found = clean(GOOD | change)
    assert found[REFUSAL] == reason
    assert isinstance(json.loads(found[REFUSED_ROW]), dict)


def test_only_the_first_reason_counts() -> None:
    assert clean(GOOD | {"item": "c", "time": "-1"})[REFUSAL] == "negative time"


def test_values_below_the_minimum_are_refused() -> None:
    rules = EventRules(latest_time=1000, min_value=4)
    assert clean(GOOD | {"value": "3.5"}, rules)[REFUSAL] == "value below the minimum"
    assert clean(GOOD | {"value": "4"}, rules)[REFUSAL] is None


@pytest.mark.parametrize(
    ("unit", "time", "seconds"),
    [
        ("ms", 2999, 2),
        ("us", "2999999", 2),
        ("ns", 2999999999, 2),
        ("iso", "1970-01-01T00:01:00Z", 60),
        ("iso", "1970-01-01T01:00:00+01:00", 0),
        ("iso", "1970-01-01", 0),
        ("s", datetime(1970, 1, 1, 0, 0, 5, tzinfo=UTC), 5),
    ],
)
def test_times_are_read_in_their_unit(unit: Any, time: Any, seconds: int) -> None:
    found = clean(GOOD | {"time": time}, EventRules(latest_time=1000, time_unit=unit))
    assert (found["time"], found[REFUSAL]) == (seconds, None)


@pytest.mark.parametrize(
    ("formats", "time", "seconds"),
    [
        (["%a %b %d %H:%M:%S %z %Y"], "Thu Jan 01 01:00:05 +0100 1970", 5),
        (["%d/%m/%Y %H:%M"], "01/01/1970 00:02", 120),
        (["%d/%m/%Y", "%Y%m%d %H%M%S"], "19700101 000102", 62),
        (["%Y-%m-%d %H:%M:%S %Z"], "1970-01-01 00:00:07 UTC", 7),
        (["%Y-%m-%d %H:%M:%S.%f"], "1970-01-01 00:00:07.999", 7),
    ],
)
def test_times_are_read_in_their_format(formats: list[str], time: str, seconds: int) -> None:
    found = clean(GOOD | {"time": time}, EventRules(latest_time=1000, time_formats=tuple(formats)))
    assert (found["time"], found[REFUSAL]) == (seconds, None)


def test_a_time_in_another_format_is_refused() -> None:
    rules = EventRules(latest_time=1000, time_formats=("%d/%m/%Y",))
    assert clean(GOOD | {"time": "31/31/1970"}, rules)[REFUSAL] == "time is not a date"
    assert clean(GOOD | {"time": None}, rules)[REFUSAL] == "missing time"


def test_a_date_that_is_none_is_refused() -> None:
    found = clean(GOOD | {"time": "yesterday"}, EventRules(latest_time=1000, time_unit="iso"))
    assert found[REFUSAL] == "time is not a date"


def test_strings_of_a_file_that_are_no_utf8_are_refused_and_escaped() -> None:
    offsets = pa.py_buffer(np.array([0, 2], np.int32))
    user = pa.Array.from_buffers(pa.string(), 1, [None, offsets, pa.py_buffer(b"\xffa")])
    raw = pa.table({"user": user, "item": ["a"], "time": [1]})
    (found,) = clean_events(raw, RULES, ITEMS).to_pylist()
    assert found[REFUSAL] == "user is not valid UTF-8"
    assert json.loads(found[REFUSED_ROW])["user"] == "\\xffa"


def test_anonymous_ids_leave_no_trace_of_the_user() -> None:
    rules = EventRules(latest_time=1000, id_key=b"secret")
    raw = pa.Table.from_pylist([GOOD | {"user": "ann"}, GOOD | {"user": "ann", "time": "-1"}])
    raw = raw.append_column(REFUSAL, pa.nulls(2, pa.string())).append_column(
        REFUSED_ROW, pa.nulls(2, pa.large_string())
    )
    broken = pa.Table.from_pylist(
        [dict.fromkeys(GOOD) | {REFUSAL: "broken quotes", REFUSED_ROW: 'ann,"a'}], raw.schema
    )
    found = clean_events(pa.concat_tables([raw, broken]), rules, ITEMS)
    assert "ann" not in str(found.to_pylist())
    assert "secret" not in repr(rules)
    assert found[REFUSAL].to_pylist() == [None, "negative time", "broken quotes"]


TEXTS = (
    st.none()
    | st.text(max_size=6)
    | st.sampled_from([*IDS, "1", "-5", "1e5", "inf", "x" * 300, "\x00", " ", "1e999"])
)
ROW = st.fixed_dictionaries(dict.fromkeys(GOOD, TEXTS))


@given(st.lists(ROW), st.sampled_from(["s", "ms", "iso"]), st.none() | st.floats(-10, 10))
def test_in_is_kept_and_refused_whatever_the_text(
    rows: list[dict[str, Any]], unit: Any, minimum: float | None
) -> None:
    schema = pa.schema([(name, pa.string()) for name in GOOD])
    rules = EventRules(latest_time=1000, time_unit=unit, min_value=minimum)
    check(clean_events(pa.Table.from_pylist(rows, schema), rules, ITEMS), len(rows))


COLUMNS = st.sampled_from(
    [pa.int64(), pa.uint8(), pa.float64(), pa.float32(), pa.bool_(), pa.binary(), pa.null()]
)


@given(st.integers(0, 4), st.tuples(*[COLUMNS] * 4), st.data())
def test_in_is_kept_and_refused_whatever_the_types(
    rows: int, types: tuple[pa.DataType, ...], data: st.DataObject
) -> None:
    columns = {
        name: array_of(kind, rows, data)
        for name, kind in zip(["user", "item", "value", "time"], types, strict=True)
    }
    check(clean_events(pa.table(columns), RULES, ITEMS), rows)


def array_of(kind: pa.DataType, rows: int, data: st.DataObject) -> pa.Array:
    if kind == pa.null():
        return pa.nulls(rows)
    values: st.SearchStrategy[Any] = {
        pa.bool_(): st.booleans(),
        pa.binary(): st.binary(max_size=4),
        pa.int64(): st.integers(-(2**63), 2**63 - 1),
        pa.uint8(): st.integers(0, 255),
    }.get(kind, st.floats(width=32))
    return pa.array(data.draw(st.lists(values | st.none(), min_size=rows, max_size=rows)), kind)


IDS_AND_NUMBERS = st.fixed_dictionaries(
    {
        "user": st.none() | st.integers(-2, 5),
        "item": st.none() | st.integers(5, 8),
        "kind": st.none() | st.sampled_from(["click", "hide", "\x00"]),
        "value": st.none() | st.integers(-3, 3),
        "time": st.none() | st.integers(-2, 2000),
    }
)
TYPED = {"kind": pa.string()} | dict.fromkeys(("user", "item", "value", "time"), pa.int64())


def as_texts(table: pa.Table) -> pa.Table:
    return table.cast(pa.schema([(name, pa.string()) for name in table.column_names]))


def coded(table: pa.Table) -> pa.Table:
    """Ids and kinds as dictionaries."""
    columns = {name: table[name] for name in table.column_names}
    return pa.table(columns | {name: columns[name].dictionary_encode() for name in ("user", "item", "kind")})


def in_blocks(table: pa.Table) -> pa.Table:
    """In two chunks, each with dictionaries of its own."""
    half = len(table) // 2
    return pa.concat_tables([coded(table.slice(0, half)), coded(table.slice(half))])


@given(st.lists(IDS_AND_NUMBERS), st.sampled_from([as_texts, coded, in_blocks]))
def test_a_table_is_cleaned_the_same_however_its_columns_are_typed(
    rows: list[dict[str, Any]], rewritten: Callable[[pa.Table], pa.Table]
) -> None:
    typed = pa.Table.from_pylist(rows, pa.schema(TYPED.items()))
    rules = EventRules(latest_time=1000, min_value=-2.0, negative=(NegativeRule(kinds=("hide",)),))
    expected, found = (clean_events(table, rules, ITEMS) for table in (typed, rewritten(typed)))
    # The text of a refused row, and so the hash that stands for its user, shows the types that it had.
    good = pc.is_null(expected[REFUSAL])
    assert found.filter(good).to_pylist() == expected.filter(good).to_pylist()
    same = ["item", "kind", "value", "time", "negative", REFUSAL]
    assert found.select(same).to_pylist() == expected.select(same).to_pylist()


def check(found: pa.Table, rows: int) -> None:
    found.validate(full=True)
    assert found.schema == CLEAN_SCHEMA
    assert len(found) == rows
    for row in found.to_pylist():
        assert row["user"]
        assert (row[REFUSAL] is None) == (row[REFUSED_ROW] is None)
        if row[REFUSAL] is None:
            assert 0 <= row["item"] < len(IDS)
            assert 0 <= row["time"] <= RULES.latest_time
            assert np.isfinite(row["value"])
            assert len(row["user"].encode()) <= 256
