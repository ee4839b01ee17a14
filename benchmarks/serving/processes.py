"""The systems under test as processes of their own, started as a person starts them, and always ended."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

from palate.errors import PalateError
from serving.local import free_port

START_SECONDS = 240
STOP_SECONDS = 90


@contextmanager
def palate_endpoint(
    releases: str,
    store: Path,
    mode: str,
    overrides: Sequence[str] = (),
    environment: Mapping[str, str] | None = None,
    explainer: bool = False,
) -> Iterator[tuple[str, psutil.Process]]:
    """`palate serve`, without a language model unless `explainer`; its URL and its process."""
    port = free_port()
    command = [str(Path(sys.executable).with_name("palate")), "serve", "--port", str(port), "--mode", mode]
    command += ["--releases", releases, "--store", str(store), "api.requests_per_second=0", *overrides]
    command.append("--explainer" if explainer else "--no-explainer")
    with _running(command, f"http://127.0.0.1:{port}", environment or {}) as process:
        yield f"http://127.0.0.1:{port}", process


@contextmanager
def plain_endpoint(releases: str, threads: int = 1) -> Iterator[str]:
    """The peer, with so many threads of linear algebra; its URL."""
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.serving.plain", releases, str(port)]
    with _running(command, f"http://127.0.0.1:{port}", {"OMP_NUM_THREADS": str(threads)}):
        yield f"http://127.0.0.1:{port}"


def loaded(url: str, concurrency: int, seconds: float, bodies: Path) -> dict[str, Any]:
    """What `benchmarks.serving.load` measures, in a process of its own."""
    command = [
        sys.executable,
        "-m",
        "benchmarks.serving.load",
        url,
        str(concurrency),
        str(seconds),
        str(bodies),
    ]
    found = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 120, check=True)
    result: dict[str, Any] = json.loads(found.stdout)
    return result


def replicas(process: psutil.Process, deployment: str) -> list[psutil.Process]:
    """The replicas of a deployment that run below a `palate serve`."""
    name = f"ray::ServeReplica:palate:{deployment}"
    return [one for one in process.children(recursive=True) if name in " ".join(_command(one))]


@contextmanager
def _running(command: list[str], url: str, environment: Mapping[str, str]) -> Iterator[psutil.Process]:
    started = subprocess.Popen(command, env={**os.environ, **environment}, stdout=subprocess.DEVNULL)
    try:
        _wait_until_ready(started, url)
        yield psutil.Process(started.pid)
    finally:
        started.send_signal(signal.SIGINT)
        try:
            started.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            started.kill()
            started.wait()


def _wait_until_ready(process: subprocess.Popen[bytes], url: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise PalateError(f"{process.args!r} ended with status {process.returncode}")
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise PalateError(f"{url} was not ready after {START_SECONDS} s")


def _command(process: psutil.Process) -> list[str]:
    try:
        return list(process.cmdline())
    except psutil.Error:  # it has just ended
        return []
