"""Lines of one record are joined wherever a file is cut; a stray quote damages its own line alone."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from palate.data.files.discovery import raw_files
from palate.data.files.pieces import cut_lines, line_blocks
from palate.data.raw.layout import Layout
from palate.data.raw.lines import LineFormat
from palate.data.raw.records import first_record, joined_records

FORM = LineFormat("csv", Layout(("item", "title"), {"item": "item", "title": "title"}))
FIELD = st.text(st.sampled_from('a,"\n \r'), max_size=6)
ROWS = st.lists(st.tuples(st.sampled_from(["x", "y"]), FIELD), min_size=1)


def written(rows: list[tuple[str, str]]) -> list[bytes]:
    """The lines of a file of the rows."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows(rows)
    return text.getvalue().removesuffix("\n").encode().split(b"\n")


def parsed(blocks: list[list[bytes]]) -> list[tuple[str, ...]]:
    records = [record for block in joined_records(blocks, FORM) for record in block]
    return [tuple(next(csv.reader(io.StringIO(record.decode(), newline="")))) for record in records]


@given(rows=ROWS, size=st.integers(1, 5))
def test_records_of_several_lines_come_back_whatever_the_blocks(
    rows: list[tuple[str, str]], size: int
) -> None:
    lines = written(rows)
    assert parsed([lines[start : start + size] for start in range(0, len(lines), size)]) == rows


@given(st.lists(st.lists(st.text(st.sampled_from('a,"'), max_size=5).map(str.encode), min_size=1)))
def test_no_line_is_lost_whatever_the_quotes(blocks: list[list[bytes]]) -> None:
    records = [record for block in joined_records(blocks, FORM) for record in block]
    assert b"\n".join(records).split(b"\n") == ([line for block in blocks for line in block] or [b""])


def test_a_quote_that_nothing_closes_damages_its_line_alone() -> None:
    lines = [b'a,"open', *[b"b,good"] * 5000, b'c,"also open', b"d,good"]
    records = [record for block in joined_records([lines], FORM) for record in block]
    assert records == lines


@pytest.mark.parametrize("size", [40, 100, 1000])
def test_a_file_is_cut_between_records_only(tmp_path: Path, size: int) -> None:
    rows = [("x", f"one\ntwo {number}") for number in range(20)] + [("y", "plain")] * 20
    path = tmp_path / "items.csv"
    path.write_bytes(b"\n".join(written(rows)) + b"\n")
    files = raw_files(str(path), "data.catalogue.path")
    pieces = cut_lines(files, 0, size, first_record=lambda lines: first_record(lines, FORM))
    found = [row for piece in pieces for row in parsed(list(line_blocks(files, piece, 64)))]
    assert found == rows
    assert size == 1000 or len(pieces) > 1
