"""Stale process id: a killed server leaves a note of its own, which may by now be somebody else's."""

from __future__ import annotations

from pathlib import Path

import psutil

NOTE = "postmaster.pid"
SOCKET_NOTE = ".s.PGSQL.5432.lock"
"""Beside the server's socket, which is in the folder of its data."""
SERVER = "postgres"
NO_PROCESS = 2**22 + 1
"""Above the largest process id of Linux and macOS."""


def is_dead(data: Path) -> bool:
    """Whether no server runs on `data`, as far as its note tells."""
    try:
        pid = int((data / NOTE).read_text().split()[0])
    except (FileNotFoundError, IndexError):  # none, or not yet written
        return True
    return not psutil.pid_exists(pid) or _is_impostor(pid)


def forget_dead_server(data: Path) -> None:
    """Correct the notes in `data` whose process is another program, or dead and not buried by its parent.

    Both happen in containers, where ids begin anew with each start and the first process seldom buries
    orphans; PostgreSQL would believe that the server still runs, and refuse to start. Only the id is changed:
    by the rest of the note PostgreSQL sees whether children of the dead server are still at work.
    """
    for note in (data / NOTE, data / SOCKET_NOTE):
        if note.exists():
            _forget(note)


def _forget(note: Path) -> None:
    pid, *rest = note.read_text().splitlines(keepends=True)
    if _is_impostor(int(pid)):
        note.write_text("".join([f"{NO_PROCESS}\n", *rest]))


def _is_impostor(pid: int) -> bool:
    try:
        process = psutil.Process(pid)
        return bool(process.name() != SERVER or process.status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False  # PostgreSQL sees this by itself
