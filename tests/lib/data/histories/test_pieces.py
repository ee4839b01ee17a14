"""Lines are found by line feeds alone, wherever a file is cut."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from palate.data.files.discovery import raw_files
from palate.data.files.pieces import count_lines, cut_lines, line_blocks
from palate.errors import PalateError

CONTENT = st.lists(st.sampled_from([b"\n", b"\r\n", b"a", b"\x00", b"\xff", b'"', b"bc"]), min_size=1).map(
    b"".join
)


def read(path: Path, skip: int, piece: int, block: int) -> tuple[list[bytes], int]:
    files = raw_files(str(path), "data.events.path")
    pieces = cut_lines(files, skip, piece)
    lines = [line for part in pieces for lines in line_blocks(files, part, block) for line in lines]
    return lines, sum(count_lines(files, part, block) for part in pieces)


def expected(content: bytes, skip: int) -> list[bytes]:
    lines = content.removesuffix(b"\n").split(b"\n")
    return lines[skip:]


@given(content=CONTENT, skip=st.integers(0, 1), piece=st.integers(1, 9), block=st.integers(1, 9))
def test_pieces_hold_every_line_once(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, skip: int, piece: int, block: int
) -> None:
    path = tmp_path_factory.mktemp("lines") / "events.csv"
    path.write_bytes(content)
    lines, count = read(path, skip, piece, block)
    assert lines == expected(content, skip)
    assert count == len(lines)


def test_a_gzipped_file_reads_like_a_plain_one(tmp_path: Path) -> None:
    content = b"user,item\n\n\x00,\xff\nlast"
    path = tmp_path / "events.csv.gz"
    path.write_bytes(gzip.compress(content))
    assert read(path, 1, 4, 4) == (expected(content, 1), 3)


def test_a_folder_is_read_in_the_order_of_its_files_without_the_hidden_ones(tmp_path: Path) -> None:
    for name in ("b.csv", "a/c.csv", "_SUCCESS", ".b.csv.crc", "empty.csv"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("" if name == "empty.csv" else f"{name}\n")
    assert read(tmp_path, 0, 100, 100)[0] == [b"a/c.csv", b"b.csv"]


def test_a_path_without_data_names_its_setting(tmp_path: Path) -> None:
    with pytest.raises(PalateError, match=r"data\.events\.path"):
        raw_files(str(tmp_path / "nothing"), "data.events.path")
