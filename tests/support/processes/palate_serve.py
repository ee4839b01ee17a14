"""`palate serve` as a process of its own, started as a person starts it, and always ended."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import NamedTuple

import psutil

from serving.local import free_port
from tests.support.processes.process_tree import below, kill_tree, require_running
from tests.support.processes.wait import started, wait_until

START_S = 300.0
STOP_S = 90.0
PATIENT = ("api.requests_per_second=0", "api.timeout_s=300")
"""Settings of an endpoint on a machine that may be busy: no limit of rates, and time for an answer."""


class RunningEndpoint(NamedTuple):
    """An endpoint that answers."""

    url: str
    process: psutil.Process


def palate_serve(
    releases: str, store: Path, *options: str, settings: Sequence[str] = ()
) -> AbstractContextManager[RunningEndpoint]:
    """`palate serve` with these options; one that does not answer in time is started again."""
    places = ["--releases", releases, "--store", str(store)]
    return started(lambda: _running([*places, *options, *PATIENT, *settings]))


def replicas(process: psutil.Process, deployment: str) -> list[psutil.Process]:
    """The replicas of a deployment that run below a `palate serve`."""
    return below(process, f"ray::ServeReplica:palate:{deployment}")


@contextmanager
def _running(options: Sequence[str]) -> Iterator[RunningEndpoint]:
    port = free_port()
    command = [str(Path(sys.executable).with_name("palate")), "serve", "--port", str(port), *options]
    process = subprocess.Popen(
        command, env=os.environ | {"HF_HUB_OFFLINE": "1"}, stdout=subprocess.DEVNULL, text=True
    )
    url = f"http://127.0.0.1:{port}"
    try:
        wait_until(lambda: _answers(process, url), f"{url} answers", START_S)
        yield RunningEndpoint(url, psutil.Process(process.pid))
    finally:
        _stop(process)


def _answers(process: subprocess.Popen[str], url: str) -> bool:
    require_running(process)
    try:
        with urllib.request.urlopen(f"{url}/healthz", timeout=10):
            return True
    except OSError:
        return False


def _stop(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGINT)
    try:
        process.wait(STOP_S)
    except subprocess.TimeoutExpired:
        kill_tree(process.pid)
        process.wait()
