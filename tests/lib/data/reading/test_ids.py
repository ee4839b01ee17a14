"""Ids that two tables write differently are one in the form that the setting names."""

from __future__ import annotations

import unicodedata

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from palate.config.data import IdForm
from palate.data.raw.ids import id_written_as, ids_written_as


@pytest.mark.parametrize("spelling", ["13", "13.0", "013", "+13", "1.3e1", "000013.00"])
def test_whole_numbers_are_their_digits(spelling: str) -> None:
    assert id_written_as(spelling, "integer") == "13"


def test_an_exponent_of_a_float_gives_back_all_of_its_digits() -> None:
    assert id_written_as(repr(76561197960265728.0), "integer") == "76561197960265728"
    assert id_written_as("76561197960265729", "integer") == "76561197960265729"


@pytest.mark.parametrize("id", ["1.5", "a13", "13a", "1e", "1e999", "0x10", "", "١٣", "1_0"])
def test_what_is_no_whole_number_stays(id: str) -> None:
    assert id_written_as(id, "integer") == id


def test_zeros_in_front_go_but_for_the_last() -> None:
    assert [id_written_as(id, "stripped") for id in ("0013", "000", "0a0", "13.0")] == [
        "13",
        "0",
        "a0",
        "13.0",
    ]


def test_composed_and_decomposed_letters_are_one() -> None:
    assert id_written_as(unicodedata.normalize("NFD", "café"), "nfc") == "café"


@given(st.lists(st.none() | st.text() | st.from_regex(r"0*[0-9]+(\.0)?", fullmatch=True)))
@pytest.mark.parametrize("form", ["text", "integer", "stripped", "nfc"])
def test_a_second_time_changes_nothing_and_null_stays(form: IdForm, ids: list[str | None]) -> None:
    once = ids_written_as(pa.array(ids, pa.string()), form)
    assert ids_written_as(once, form).equals(once)
    assert once.is_null().to_pylist() == [id is None for id in ids]
