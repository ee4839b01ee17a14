"""`palate serve` refuses what cannot work before it starts anything, and says what to do."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from typer.testing import CliRunner

from jobs.cli.commands import app
from palate.errors import PalateError
from palate.storage import Folder


def told(*words: str) -> str:
    """The message that the command ends with."""
    done = CliRunner().invoke(app, ["serve", *words])
    assert isinstance(done.exception, PalateError), done.output
    return str(done.exception)


def test_without_a_release_it_says_how_to_get_one(tmp_path: Path) -> None:
    assert "palate retrain" in told("--releases", str(tmp_path))


def test_a_misspelt_setting_names_the_nearest() -> None:
    assert "cache_mbs: no such setting; did you mean cache_mb?" in told("cache_mbs=1")
    assert "api.burts: no such setting; did you mean api.burst?" in told("api.burts=1")


@pytest.mark.parametrize(
    ("old", "new"),
    [("merge", "max_batch_size"), ("at_once", "max_batches_in_flight"), ("cached_answers", "cache_mb")],
)
def test_an_old_name_of_a_setting_is_refused_with_the_new_one(old: str, new: str) -> None:
    assert f"{old}: no such setting; did you mean {new}?" in told(f"{old}=4")


def test_a_port_that_is_taken_is_told(served_releases: Folder) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        assert f"Cannot listen on 127.0.0.1:{port}" in told("--releases", served_releases.uri, "--port", port)


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1"])
def test_it_is_not_open_to_others_without_keys(served_releases: Folder, host: str) -> None:
    message = told("--releases", served_releases.uri, "--host", host)
    assert "palate keys create" in message
    assert "api.auth=true" in message
