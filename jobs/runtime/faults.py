"""Faults of the machine, such as a full disk, in one line, wherever in a cluster they came up."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from palate.errors import PalateError

if TYPE_CHECKING:
    from ray.exceptions import RayTaskError  # seconds that a command without Ray need not wait

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


_OBJECT_STORE = re.compile(r"(?:in bucket '([^']+)')?: AWS Error (\w+)(?: \(HTTP status (\d+)\))?")
_NO_RIGHTS = {"ACCESS_DENIED", "INVALID_ACCESS_KEY_ID", "INVALID_CLIENT_TOKEN_ID", "SIGNATURE_DOES_NOT_MATCH"}
_MISTAKE = re.compile(r"^palate\.errors\.\w+: (.+)$", re.MULTILINE)
_ERRNO = re.compile(r"^\w*Error: \[Errno (\d+)\] [^:\n]+(?:: '([^'\n]+)')?", re.MULTILINE)


def user_mistake(error: RayTaskError) -> PalateError | None:
    """The `PalateError` that a worker raised, in one line; of what Ray Data raises its text alone is left."""
    if isinstance(error.cause, PalateError):
        return PalateError(str(error.cause).split("\n", 1)[0])
    told = _MISTAKE.findall(_told_by_ray_data(error))
    return PalateError(told[-1]) if told else None


def machine_fault(error: BaseException) -> str | None:
    """What to tell the person who can mend the fault that is behind the error; None if there is none."""
    for cause in _causes(error):
        if isinstance(cause, OSError) and cause.errno in _ADVICE:
            return _told(cause.errno, cause.filename)
        if told := _told_by_object_store(cause):
            return told
        found = _ERRNO.search(_told_by_ray_data(cause))
        if found and int(found[1]) in _ADVICE:
            return _told(int(found[1]), found[2])
    return None


def _told_by_ray_data(error: BaseException) -> str:
    """The text of what a worker of Ray Data raised, with its traceback; empty for any other error."""
    behind = getattr(error, "cause", None)
    return str(error) if type(behind).__name__ == "UserCodeException" else ""


def _told_by_object_store(error: BaseException) -> str | None:
    """One line for an error of Amazon's library, which asked again before it gave up."""
    found = _OBJECT_STORE.search(str(error)) if isinstance(error, OSError) else None
    if not found:
        return None
    bucket, code, status = found.groups()
    where = f"The object store{f' (bucket {bucket})' if bucket else ''}"
    if code == "NETWORK_CONNECTION":
        return f"{where} does not answer: look at the network and, if it is not Amazon's, at AWS_ENDPOINT_URL"
    if code == "NO_SUCH_BUCKET":
        return f"{where} has no such bucket: make it, or correct its name"
    if code in _NO_RIGHTS or status == "403":
        return (
            f"{where} refuses ({code}): look at AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and what they may do"
        )
    return f"{where} failed ({code}): the same command goes on from here once it works again"


def _told(number: int, path: str | None) -> str:
    where = f" ({path})" if path else ""
    return f"{os.strerror(number)}{where}: {_ADVICE[number]}"


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
