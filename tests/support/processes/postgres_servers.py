"""The two servers that the store is tested against: the embedded one, and one by TCP and password."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote

import psutil
import pytest

from palate.online.postgres.local_server import LocalServer

DEBIAN = Path("/usr/lib/postgresql")
PASSWORD = "p@ss/word"


class Server(Protocol):
    url: str

    def kill(self) -> None: ...
    def start(self) -> None: ...
    def close(self) -> None: ...


class EmbeddedServer:
    """The server of an embedded store, without the watch that would start it again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._server = LocalServer(folder)
        self.start()

    def start(self) -> None:
        self._server.start()
        self.url = self._server.url

    def kill(self) -> None:
        kill_server(self._folder / "data")

    def close(self) -> None:
        self._server.stop()


class DebianServer:
    """A cluster of its own, whose data are gone when it is closed."""

    def __init__(self) -> None:
        self._programs = newest_programs()
        self._root = Path(tempfile.mkdtemp())  # pytest's folders are closed to the account `postgres`
        self._data = self._root / "data"
        self._account: dict[str, Any] = {"user": "postgres"} if os.geteuid() == 0 else {}
        self._port = free_port()
        self.url = f"postgresql://palate:{quote(PASSWORD, safe='')}@127.0.0.1:{self._port}/postgres"
        if self._account:
            shutil.chown(self._root, "postgres")
        self._make()
        self.start()

    def start(self) -> None:
        options = f"-p {self._port} -k {self._data} -c listen_addresses=127.0.0.1 -c shared_buffers=16MB"
        self._run("pg_ctl", "start", "-w", "-o", options)

    def kill(self) -> None:
        kill_server(self._data)

    def close(self) -> None:
        self._run("pg_ctl", "stop", "-w", "-m", "immediate")
        shutil.rmtree(self._root)

    def _make(self) -> None:
        secret = self._root / "password"
        secret.write_text(PASSWORD)
        secret.chmod(0o644)
        self._run("initdb", "--no-sync", "-U", "palate", f"--pwfile={secret}", "-A", "scram-sha-256")

    def _run(self, program: str, *options: str) -> None:
        command = [self._programs / program, "-D", self._data, *options]
        silent = subprocess.DEVNULL
        subprocess.run(command, check=True, cwd="/", stdout=silent, stderr=silent, **self._account)


def newest_programs() -> Path:
    found = sorted(DEBIAN.glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    if not found:
        pytest.fail("An ordinary PostgreSQL is missing: apt-get install postgresql", pytrace=False)
    return found[-1].parent


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def server_pid(data: Path) -> int:
    return int((data / "postmaster.pid").read_text().split()[0])


def kill_server(data: Path) -> None:
    """As when the machine runs out of memory: no time to write anything."""
    server = psutil.Process(server_pid(data))
    family = [server, *server.children(recursive=True)]
    for process in family:
        process.kill()
    _, alive = psutil.wait_procs(family, timeout=30)
    assert all(process.status() == psutil.STATUS_ZOMBIE for process in alive)
