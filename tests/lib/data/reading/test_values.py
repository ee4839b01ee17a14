"""A value reads the same whatever type brought it; ids keep their digits, nested values say something."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any
from uuid import UUID

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from palate.data.raw.casts import coded_text, text
from palate.data.raw.layout import Layout
from palate.data.raw.lines import LineFormat, parse_lines
from palate.data.raw.rows import row_texts
from palate.data.raw.values import holds_bytes, value_text

LINE = LineFormat("jsonl", Layout(("item",), {"item": "item"}), nested=True)


def read(array: pa.Array) -> list[str | None]:
    texts: list[str | None] = text(pa.chunked_array([array])).values.to_pylist()
    return texts


def from_json(value: Any) -> str | None:
    line = json.dumps({"item": value}).encode()
    (found,) = parse_lines([line], LINE)["item"].to_pylist()
    return None if found is None else str(found)


@pytest.mark.parametrize(
    ("value", "digits"),
    [(13.0, "13"), (1000000000000104.0, "1000000000000104"), (7.656e16, "76560000000000000"), (-0.0, "0")],
)
def test_whole_floats_are_their_digits_in_parquet_and_json(value: float, digits: str) -> None:
    assert read(pa.array([value])) == [digits]
    assert from_json(value) == digits


@given(st.integers(-(2**53), 2**53))
def test_an_id_is_the_same_as_integer_and_as_float(number: int) -> None:
    assert read(pa.array([float(number)])) == read(pa.array([number])) == [str(number)]


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_float_that_is_no_number_is_missing(value: float) -> None:
    assert read(pa.array([value])) == [None]
    assert from_json(value) is None


COLUMNS: dict[pa.DataType, st.SearchStrategy[Any]] = {
    pa.int16(): st.integers(-9, 9),
    pa.float64(): st.floats() | st.sampled_from([1.0, 1e20]),
    pa.bool_(): st.booleans(),
    pa.string(): st.text("ab \n", max_size=2),
    pa.binary(): st.sampled_from([b"a", b"\xff", b""]),
    pa.dictionary(pa.int8(), pa.string()): st.sampled_from(["a", " a", ""]),
    pa.list_(pa.string()): st.lists(st.sampled_from("ab"), max_size=2),
    pa.timestamp("s"): st.integers(0, 9),
}


@given(st.sampled_from(list(COLUMNS)), st.data())
def test_a_column_reads_the_same_value_by_value_and_row_by_row(
    kind: pa.DataType, data: st.DataObject
) -> None:
    values = data.draw(st.lists(st.none() | COLUMNS[kind]))
    column = pa.chunked_array([pa.array(values[:2], kind), pa.array(values[2:], kind)])
    by_row, (by_value, codes) = text(column), coded_text(column)
    assert by_value.values.take(pa.array(codes)).to_pylist() == by_row.values.to_pylist()
    assert by_value.undecodable[codes].tolist() == by_row.undecodable.tolist()


@pytest.mark.parametrize("kind", [pa.uuid(), pa.binary(16)])
def test_uuids_are_read_as_their_text(kind: pa.DataType) -> None:
    assert read(pa.array([UUID(int=5).bytes, None], kind)) == ["00000000-0000-0000-0000-000000000005", None]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (["a", None, "b"], "a, b"),
        ([1.0, 2.5], "1, 2.5"),
        ([{"id": 1, "name": "Drama"}, {"id": 2, "name": "War"}], "Drama, War"),
        (
            [{"id": 1, "name": "Drama"}, {"id": 2, "name": None}],
            '[{"id":1,"name":"Drama"},{"id":2,"name":null}]',
        ),
        ({"id": 1, "name": "Drama"}, '{"id":1,"name":"Drama"}'),
        ([[1, 2], [3]], "[[1,2],[3]]"),
        ([], None),
    ],
)
def test_nested_values_say_something_and_the_same_in_parquet_and_json(
    value: Any, expected: str | None
) -> None:
    assert read(pa.array([value])) == [expected]
    assert (from_json(value) or None) == expected


def test_decimals_maps_and_encodings_have_a_reading() -> None:
    assert read(pa.array([Decimal("13.00"), Decimal("1.50")])) == ["13", "1.50"]
    assert read(pa.array([[("a", 1)]], pa.map_(pa.string(), pa.int64()))) == ['{"a":1}']
    assert read(pa.array(["a"], pa.string_view())) == ["a"]
    assert read(pa.RunEndEncodedArray.from_arrays([2], ["a"])) == ["a", "a"]


def test_bytes_that_are_no_text_inside_a_list_are_left_out() -> None:
    names = pa.array([b"ok", b"\xff"]).cast(pa.binary()).view(pa.string())
    rows = pa.ListArray.from_arrays([0, 2], names)
    assert read(rows) == ["ok"]
    assert json.loads(row_texts(pa.table({"tags": rows}))[0]) == {"tags": "ok"}


def test_bytes_are_told_from_text_and_from_uuids() -> None:
    with_image = pa.struct([("path", pa.string()), ("bytes", pa.binary())])
    assert [holds_bytes(kind) for kind in (pa.binary(), pa.binary(32), with_image)] == [True] * 3
    assert [holds_bytes(kind) for kind in (pa.binary(16), pa.uuid(), pa.list_(pa.string()))] == [False] * 3


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda part: st.lists(part) | st.dictionaries(st.text(), part),
    max_leaves=5,
)  # fmt: skip


@given(JSON)
def test_any_value_is_one_text_or_none(value: Any) -> None:
    found = value_text(value)
    assert found is None or isinstance(found, str)
