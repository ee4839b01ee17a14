"""Faults of the machine, such as a full disk, in one line, wherever in a cluster they came up."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator

INTERRUPTED = "interrupted; the same command goes on from here"
_ADVICE = {
    errno.ENOSPC: "free some space, and the same command goes on from here",
    errno.EDQUOT: "free some space, and the same command goes on from here",
    errno.EACCES: "choose another folder, or change who may write there",
    errno.EPERM: "choose another folder, or change who may write there",
    errno.EROFS: "choose another folder",
    errno.ENOTDIR: "choose another folder: a file stands in its way",
    errno.EEXIST: "choose another folder: a file stands in its way",
    errno.ENAMETOOLONG: "choose a shorter name",
}


def machine_fault(error: BaseException) -> str | None:
    """What to tell the person who can mend the fault that is behind the error; None if there is none."""
    for cause in _causes(error):
        if isinstance(cause, OSError) and cause.errno in _ADVICE:
            where = f" ({cause.filename})" if cause.filename else ""
            return f"{os.strerror(cause.errno)}{where}: {_ADVICE[cause.errno]}"
    return None


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and all that stands behind it; Ray keeps what a worker raised in attributes of its own."""
    waiting, seen = [error], set[int]()
    while waiting:
        error = waiting.pop()
        if id(error) in seen:
            continue
        seen.add(id(error))
        yield error
        workers = getattr(error, "worker_failures", None) or {}
        behind = [error.__cause__, error.__context__, getattr(error, "cause", None), *workers.values()]
        waiting += [cause for cause in behind if isinstance(cause, BaseException)]
