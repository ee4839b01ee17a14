"""A Ray head of its own: separate processes, ports, folders, token and interpreter."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psutil

from tests.support.processes.wait import PATIENCE_S

RAY = ("-m", "ray.scripts.scripts")


class RayHead:
    """A running head to which jobs can be submitted."""

    def __init__(self, python: Path, job_server: str, environment: dict[str, str]) -> None:
        self._python, self._job_server = python, job_server
        self._environment = environment

    def submit(self, checkout: Path, command: Sequence[str]) -> subprocess.CompletedProcess[str]:
        """`ray job submit` from a checkout, as a person types it there."""
        options = ["job", "submit", "--address", self._job_server, "--working-dir", ".", "--"]
        return subprocess.run(
            [str(self._python), *RAY, *options, *command],
            cwd=checkout,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=PATIENCE_S,
        )


@contextmanager
def start_head() -> Iterator[RayHead]:
    """Start a head with token authentication, and end exactly its processes afterwards."""
    with ExitStack() as stack:
        # Ray's sockets need a short path, which pytest's own folders are not.
        place = Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="head-", ignore_cleanup_errors=True))
        )
        python = _bare_interpreter(place)
        environment = _environment(place, python)
        ports = _free_ports(6)
        process = subprocess.Popen(
            [str(python), *RAY, *_start_options(place, ports)],
            cwd=place,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        stack.callback(_end, process)
        _await_start(process)
        yield RayHead(python, f"http://127.0.0.1:{ports[1]}", environment)


def _start_options(place: Path, ports: Sequence[int]) -> list[str]:
    names = (
        "port",
        "dashboard-port",
        "dashboard-agent-listen-port",
        "dashboard-agent-grpc-port",
        "metrics-export-port",
        "ray-client-server-port",
    )
    numbered = [f"--{name}={port}" for name, port in zip(names, ports, strict=True)]
    fixed = ["--dashboard-host=127.0.0.1", f"--temp-dir={place / 'ray'}", "--disable-usage-stats"]
    size = ["--num-cpus=2", "--object-store-memory=300000000"]
    return ["start", "--head", "--block", "--node-ip-address=127.0.0.1", *numbered, *fixed, *size]


def _bare_interpreter(place: Path) -> Path:
    """A virtual environment with every installed package but Palate.

    A `.pth` file adds the packages' folder without reading the `.pth` files inside that, by one of which
    an editable installation of Palate would be found.
    """
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", place / "venv"], check=True)
    packages = next((place / "venv" / "lib").glob("python*/site-packages"))
    (packages / "rest.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return place / "venv" / "bin" / "python"


def _environment(place: Path, python: Path) -> dict[str, str]:
    token = place / "token"
    token.touch(mode=0o600)
    token.write_text(secrets.token_hex(32))
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("RAY_", "PYTHON"))}
    return kept | {
        "PATH": f"{python.parent}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(place),
        "RAY_AUTH_MODE": "token",
        "RAY_AUTH_TOKEN_PATH": str(token),
    }


def _free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [int(one.getsockname()[1]) for one in sockets]


def _await_start(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    printed = []
    for line in process.stdout:
        printed.append(line)
        if "Ray runtime started." in line:
            return
    raise RuntimeError("The head did not start:\n" + "".join(printed))


def _end(process: subprocess.Popen[str]) -> None:
    family = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
    process.terminate()
    _, alive = psutil.wait_procs(family, timeout=3)
    for one in alive:
        one.kill()
    process.wait()


def copy_checkout(target: Path) -> Path:
    """Copy what a clean checkout holds: tracked files, and new ones that git does not ignore."""
    root = Path(__file__).parents[3]
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(listed, cwd=root, check=True, stdout=subprocess.PIPE, text=True).stdout
    for name in filter(None, names.split("\0")):
        if (root / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(root / name, target / name)
    return target
