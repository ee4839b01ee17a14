"""A line is a row, or a reason; nothing a line can hold stops the parser."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from palate.data.raw.layout import Layout
from palate.data.raw.lines import LineFormat, parse_lines, parse_one_by_one
from palate.data.raw.reasons import REFUSAL, REFUSED_ROW

LAYOUT = Layout(("who", "sku", "at"), {"user": "who", "item": "sku", "time": "at"})
CSV = LineFormat("csv", LAYOUT)
JSONL = LineFormat("jsonl", LAYOUT)


def parse(form: LineFormat, *lines: bytes) -> list[dict[str, Any]]:
    return parse_lines(lines, form).to_pylist()


def test_csv_fields_are_named_and_quotes_are_understood() -> None:
    (row,) = parse(CSV, b'ann,"a, ""b""",7')
    assert row == {"user": "ann", "item": 'a, "b"', "time": "7", REFUSAL: None, REFUSED_ROW: None}


def test_a_delimiter_may_have_several_characters() -> None:
    (row,) = parse(LineFormat("csv", LAYOUT, delimiter="::"), b'1::"2::3')
    assert (row["user"], row["item"], row["time"]) == ("1", '"2', "3")


def test_json_numbers_become_text_and_other_keys_are_ignored() -> None:
    (row,) = parse(JSONL, b'{"who": 12, "sku": "a", "at": 3.0, "more": [1]}')
    assert (row["user"], row["item"], row["time"]) == ("12", "a", "3")


def test_a_catalogue_may_hold_lists() -> None:
    (row,) = parse(
        LineFormat("jsonl", LAYOUT, nested=True), b'{"who": "a", "sku": ["x", null, 2], "at": {"b": 1}}'
    )
    assert (row["item"], row["time"]) == ("x, 2", '{"b":1}')


@pytest.mark.parametrize(
    ("form", "line", "reason"),
    [
        (CSV, b"a,b", "wrong number of fields"),
        (CSV, b"a,b,c,d", "wrong number of fields"),
        (CSV, b'a,"b,c', "broken quotes"),
        (CSV, b"a,\xff,c", "not valid UTF-8"),
        (CSV, b"  ", "empty line"),
        (JSONL, b"{", "not valid JSON"),
        (JSONL, b"[1]", "not a JSON object"),
        (JSONL, b"[" * 100_000, "nested too deeply"),
        (JSONL, b'{"who": ["a"]}', "user is not text or a number"),
        (JSONL, b'{"who": "\\ud800"}', "not valid UTF-8"),
        (JSONL, b'{"who": ' + b"9" * 5000 + b"}", "not valid JSON"),
    ],
)
def test_a_damaged_line_gets_its_reason(form: LineFormat, line: bytes, reason: str) -> None:
    (row,) = parse(form, line)
    assert row[REFUSAL] == reason
    assert row["user"] is None


def test_bytes_that_are_no_text_are_escaped() -> None:
    (row,) = parse(CSV, b"a,\xff,c")
    assert row[REFUSED_ROW] == "a,\\xff,c"


PARTS = st.sampled_from(
    [b"a", b"\xc3\xa9", b",", b"::", b'"', b"\\", b" ", b"\xff", b"\xef\xbb\xbf", b"\x00"]
)
FORMS = [
    CSV,
    LineFormat("csv", LAYOUT, quote="none"),
    LineFormat("csv", LAYOUT, escape="\\"),
    LineFormat("csv", LAYOUT, delimiter="::"),
    LineFormat("csv", LAYOUT, encoding="latin-1"),
    LineFormat("csv", LAYOUT, encoding="ascii"),
]


@given(st.lists(st.lists(PARTS, max_size=7).map(b"".join)), st.sampled_from(FORMS))
def test_lines_that_are_split_together_are_read_as_they_are_alone(
    lines: list[bytes], form: LineFormat
) -> None:
    whole = [b"1,2,3", b"1::2::3", *lines, b"x,y,z"]
    assert parse_lines(whole, form).to_pylist() == parse_one_by_one(whole, form).to_pylist()


VALUES = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(), st.lists, max_leaves=3
)
ROWS = st.dictionaries(st.sampled_from(["who", "sku", "at", "x"]), VALUES).map(
    lambda row: json.dumps(row).encode()
)


@given(st.lists(st.binary(max_size=40) | ROWS), st.sampled_from([CSV, JSONL]), st.booleans())
def test_every_line_gives_one_row_with_a_reason_or_none(
    lines: list[bytes], form: LineFormat, nested: bool
) -> None:
    form = LineFormat(form.kind, form.layout, nested=nested)
    table = parse_lines(lines, form)
    table.validate(full=True)
    assert len(table) == len(lines)
    assert table[REFUSAL].is_valid().equals(table[REFUSED_ROW].is_valid())
