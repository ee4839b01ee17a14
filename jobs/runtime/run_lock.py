"""Run lock: one process at a time works in a run's folder.

The lock is the kernel's on a file of the folder: it ends with its process, however that ends, so that none is
ever stale. Folders of an object store have no such lock.
"""

from __future__ import annotations

import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from palate.errors import PalateError
from palate.storage import absolute_uri

LOCK = ".lock"
_held: set[Path] = set()
"""Locks of this process, whose stages work one inside the other."""


@contextmanager
def run_lock(run: str) -> Iterator[None]:
    """Have the run's folder, which is made if need be, for this process alone.

    Raises `PalateError` at once if another process has it.
    """
    path = Path(absolute_uri(run)) / LOCK
    if "://" in run or path in _held:
        yield
        return
    with _opened(path, run) as file:
        _take(file, run)
        _held.add(path)
        try:
            yield
        finally:
            _held.discard(path)


def _opened(path: Path, run: str) -> IO[str]:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open("a+")
    except OSError as error:
        raise PalateError(
            f"the run's folder {run} cannot be written to ({error.strerror}); set run=FOLDER to one that can"
        ) from error


def _take(file: IO[str], run: str) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        file.seek(0)
        raise PalateError(
            f"{run} is in use by {file.read().strip() or 'another process'}; wait until that ends, or give "
            "this run a folder of its own with run=FOLDER"
        ) from error
    file.truncate(0)
    file.write(
        f"process {os.getpid()} on {socket.gethostname()} since {datetime.now(UTC):%Y-%m-%d %H:%M} UTC"
    )
    file.flush()
