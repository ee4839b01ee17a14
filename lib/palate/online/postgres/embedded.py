"""Embedded PostgreSQL, on a machine that has none: started for as long as somebody uses it."""

from __future__ import annotations

import fcntl
import logging
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from palate.errors import PalateError
from palate.online.postgres.database import location_of
from palate.online.postgres.local_server import LocalServer

log = logging.getLogger(__name__)

WATCH_SECONDS = 1.0
USED = "used.lock"
"""Held shared for as long as somebody uses the server."""
CHANGING = "changing.lock"
"""Held alone while somebody starts or stops it."""


@contextmanager
def store_at(location: str) -> Iterator[str]:
    """URL of the store at `location`, which is a URL already or a folder for an embedded server.

    Raises:
        PalateError: It is a folder that cannot be used; or a URL, but not of PostgreSQL.
    """
    if "://" in location:
        location_of(location)
        yield location
        return
    with embedded_store(Path(location)) as url:
        yield url


@contextmanager
def embedded_store(folder: Path) -> Iterator[str]:
    """Run PostgreSQL on `folder`, made if it is missing, and give its URL (a Unix socket).

    A server that already runs on the folder is used, even if whoever started it was killed. One that dies
    inside the block is started again within seconds. It stops when the last process that uses it leaves; the
    kernel drops the locks of one that was killed.

    Raises:
        PalateError: The folder cannot be written, or the server does not start; with its reason.
    """
    folder = folder.expanduser().resolve()
    server, used = _join(folder)
    try:
        with _kept_running(server, folder / CHANGING):
            yield server.url
    finally:
        try:
            with _alone(folder / CHANGING):
                if _is_last(used):
                    server.stop()
        finally:
            os.close(used)


def _join(folder: Path) -> tuple[LocalServer, int]:
    """The running server, and the open file whose shared lock says that we use it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        server = LocalServer(folder)
        with _alone(folder / CHANGING):
            server.start()
            used = _open(folder / USED)
            fcntl.flock(used, fcntl.LOCK_SH)
        return server, used
    except OSError as error:
        raise PalateError(
            f"The embedded store cannot use the folder {folder} ({error}); choose one that you may write, "
            "or give the URL of a PostgreSQL server"
        ) from error


@contextmanager
def _kept_running(server: LocalServer, changing: Path) -> Iterator[None]:
    over = threading.Event()
    watch = threading.Thread(
        target=_restart_when_dead, args=(server, changing, over), name="store", daemon=True
    )
    watch.start()
    try:
        yield
    finally:
        over.set()
        watch.join()


def _restart_when_dead(server: LocalServer, changing: Path, over: threading.Event) -> None:
    while not over.wait(WATCH_SECONDS):
        if not server.is_dead():
            continue
        log.error("The embedded store has died and is started again")
        try:
            with _alone(changing):
                server.start()
        except (PalateError, OSError) as error:
            log.error("The embedded store does not start, which is tried again: %s", error)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    descriptor = _open(path)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _open(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)


def _is_last(used: int) -> bool:
    try:
        fcntl.flock(used, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
