"""What is slow is made once for all processes of the tests, and made again where that was broken off."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.support.processes.made_once import made_once


@pytest.fixture
def process(
    tmp_path_factory: pytest.TempPathFactory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> pytest.TempPathFactory:
    """One of several processes, with a folder beside those of the others."""
    (tmp_path / "own").mkdir()
    monkeypatch.setattr(tmp_path_factory, "_basetemp", tmp_path / "own")
    monkeypatch.setenv("PYTEST_XDIST_WORKER", "gw0")
    return tmp_path_factory


def test_many_that_ask_at_once_have_it_made_once(process: pytest.TempPathFactory, tmp_path: Path) -> None:
    made: list[int] = []

    def make(folder: Path) -> None:
        made.append(os.getpid())
        (folder / "made").touch()

    with ThreadPoolExecutor(8) as pool:
        folders = list(pool.map(lambda _: made_once(process, "slow", make), range(8)))
    assert set(folders) == {tmp_path / "slow"}
    assert (len(made), (tmp_path / "slow" / "made").exists()) == (1, True)


def test_what_was_broken_off_is_made_anew(process: pytest.TempPathFactory) -> None:
    def fail(folder: Path) -> None:
        (folder / "half").touch()
        raise RuntimeError("broken off")

    with pytest.raises(RuntimeError, match="broken off"):
        made_once(process, "slow", fail)
    assert not list(made_once(process, "slow", lambda folder: None).iterdir())
