"""What the machine refuses, a cluster that is not there and a folder in use are one line each."""

from __future__ import annotations

import errno
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest
import ray.data
from ray.exceptions import RayTaskError

from jobs.runtime.cluster_address import cluster_address, require_cluster
from jobs.runtime.faults import machine_fault, user_mistake
from jobs.runtime.run_lock import LOCK, run_lock
from jobs.training.ddp import _InterruptibleTrainer
from palate.errors import PalateError
from tests.support.processes.wait import PATIENCE_S

HOLDER = """
import sys
from jobs.runtime.run_lock import run_lock
with run_lock(sys.argv[1]):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def free_address() -> str:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{listener.getsockname()[1]}"


@pytest.mark.parametrize("form", ["{}", "ray://{}", "not an address"])
def test_a_cluster_that_nobody_answers_for_is_one_line(
    monkeypatch: pytest.MonkeyPatch, free_address: str, form: str
) -> None:
    monkeypatch.setenv("RAY_ADDRESS", form.format(free_address))
    with pytest.raises(PalateError, match=r"^no Ray cluster answers at RAY_ADDRESS=.*; unset it[^\n]*$"):
        require_cluster()


def test_a_cluster_that_listens_may_be_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        monkeypatch.setenv("RAY_ADDRESS", f"127.0.0.1:{listener.getsockname()[1]}")
        require_cluster()


@pytest.mark.parametrize("address", ["", " ", "local"])
def test_no_address_is_this_machine(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("RAY_ADDRESS", address)
    assert cluster_address() is None
    require_cluster()


def test_a_full_disk_is_told_wherever_it_came_up() -> None:
    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/data/runs/part")
    behind = RuntimeError("training failed")
    behind.__cause__ = full
    in_a_worker = RayTaskError("work", "traceback", full).as_instanceof_cause()
    told = {machine_fault(error) for error in (full, behind, in_a_worker)}
    assert told == {
        "No space left on device (/data/runs/part): free some space, and the same command goes on from here"
    }


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("NETWORK_CONNECTION during HeadObject operation: curlCode: 7", "does not answer"),
        ("NO_SUCH_BUCKET during CreateMultipartUpload operation", "has no such bucket: make it"),
        ("ACCESS_DENIED during PutObject operation", "refuses (ACCESS_DENIED): look at AWS_ACCESS_KEY_ID"),
        ("UNKNOWN (HTTP status 403) during HeadObject operation", "refuses (UNKNOWN)"),
        ("SLOW_DOWN during PutObject operation", "failed (SLOW_DOWN): the same command goes on"),
    ],
)
def test_an_object_store_that_fails_is_told_in_one_line(said: str, told: str) -> None:
    failed = OSError(f"When writing key 'run/a' in bucket 'shop': AWS Error {said}: and much more")
    behind = RuntimeError("training failed")
    behind.__cause__ = failed
    line = machine_fault(behind)
    assert line is not None
    assert line.startswith(f"The object store (bucket shop) {told}")
    assert "\n" not in line


def test_a_mistake_of_the_program_is_none_of_the_machine() -> None:
    assert machine_fault(ValueError("wrong")) is None
    assert machine_fault(FileNotFoundError(errno.ENOENT, "No such file", "part")) is None


@pytest.fixture
def holder(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that works in the run's folder."""
    command = [sys.executable, "-c", HOLDER, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "held\n"
            yield process
        finally:
            process.kill()


def test_a_folder_in_use_says_by_whom(holder: subprocess.Popen[str], tmp_path: Path) -> None:
    told = f"is in use by process {holder.pid} on .*run=FOLDER"
    with pytest.raises(PalateError, match=told), run_lock(str(tmp_path)):
        pytest.fail("the folder is in use")


def test_a_lock_ends_with_its_process_however_that_ends(
    holder: subprocess.Popen[str], tmp_path: Path
) -> None:
    holder.send_signal(signal.SIGKILL)
    holder.wait(PATIENCE_S)
    assert str(holder.pid) in (tmp_path / LOCK).read_text()
    with run_lock(str(tmp_path)), run_lock(str(tmp_path)):
        assert str(os.getpid()) in (tmp_path / LOCK).read_text()


def test_a_folder_that_cannot_be_made_names_the_setting(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    told = r"cannot be written to \(Not a directory\); set run=FOLDER"
    with pytest.raises(PalateError, match=told), run_lock(f"{tmp_path}/file/run"):
        pytest.fail("there is no such folder")


def test_training_leaves_ctrl_c_to_python() -> None:
    before = signal.getsignal(signal.SIGINT)
    _InterruptibleTrainer(print)._register_sigint_handler(None)
    assert signal.getsignal(signal.SIGINT) is before


def raised_in_ray_data(error: Exception) -> RayTaskError:
    """What the driver sees of an error in a worker."""

    def fail(block: pa.Table) -> pa.Table:  # a worker cannot import a file of tests
        raise error

    with pytest.raises(RayTaskError) as raised:
        ray.data.range(2).map_batches(fail, batch_format="pyarrow").materialize()
    return raised.value


def test_what_a_worker_of_ray_data_raises_is_told_in_its_own_words(local_ray: None) -> None:
    """Ray Data hands on the text of what was raised, and no exception."""
    error = raised_in_ray_data(PalateError("rows.csv ends within a quoted field; close it"))
    assert str(user_mistake(error)) == "rows.csv ends within a quoted field; close it"
    assert machine_fault(error) is None


def test_a_disk_that_is_full_for_a_worker_of_ray_data_is_a_fault_of_the_machine(local_ray: None) -> None:
    error = raised_in_ray_data(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/data/part-0"))
    assert str(machine_fault(error)).startswith("No space left on device (/data/part-0): free some")
    assert user_mistake(error) is None
