"""Batch output: a folder of part files that holds the results of one set of settings, each exactly once.

attempt.json       what the parts are made of, and when that began
<parts>/*.parquet  a file a block, there whole or not at all
manifest.json      once every part is there
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import palate
from jobs.runtime.run_lock import run_lock
from jobs.runtime.stage import STAGE_MANIFEST
from palate.errors import PalateError
from palate.storage import Folder, absolute_uri

ATTEMPT = "attempt.json"
IDENTITY, BEGAN = "identity", "began"


@dataclass(frozen=True)
class BatchOutput:
    """The folder of one batch job."""

    folder: Folder
    parts: str
    """Name of the folder with the parts."""
    identity: dict[str, Any]
    """Everything that determines the parts."""
    began: int
    """Seconds since 1970 at which the first attempt began: the time that all parts are of."""

    @property
    def manifest(self) -> dict[str, Any] | None:
        """What a finished job has said of itself; None before."""
        if not self.folder.exists(STAGE_MANIFEST):
            return None
        finished: dict[str, Any] = self.folder.read_json(STAGE_MANIFEST)
        return finished

    def part(self, number: int) -> str:
        """Name of the file of a block."""
        return f"{self.parts}/part-{number:06d}.parquet"

    def missing(self, count: int) -> list[int]:
        """Numbers of the blocks, of so many, whose parts are not there."""
        there = set(self.folder.files(self.parts))
        return [number for number in range(count) if self.part(number) not in there]

    def tidy(self, count: int) -> None:
        """Delete what a killed writer left beside the parts of so many blocks: half of a file."""
        parts = {self.part(number) for number in range(count)}
        for name in set(self.folder.files(self.parts)) - parts:
            self.folder.delete(name)


@contextmanager
def batch_output(uri: str, parts: str, identity: dict[str, Any]) -> Iterator[BatchOutput]:
    """Have the folder for this process alone, new or with what an attempt with the same identity left.

    `PalateError` for a folder that holds anything else.
    """
    folder, identity = Folder(absolute_uri(uri)), {"palate": palate.__version__, **identity}
    with run_lock(folder.uri):
        yield BatchOutput(folder, parts, identity, _began(folder, parts, identity))


def _began(folder: Folder, parts: str, identity: dict[str, Any]) -> int:
    """When the first attempt began, which is now unless there was one."""
    attempt = folder.read_json(ATTEMPT) if folder.exists(ATTEMPT) else None
    if attempt is not None and attempt[IDENTITY] == identity:
        return int(attempt[BEGAN])
    if attempt is None:
        _require_new(folder)
    elif folder.files(parts):
        raise PalateError(_other(folder, attempt[IDENTITY], identity))
    began = int(time.time())
    folder.write_json(ATTEMPT, {IDENTITY: identity, BEGAN: began})
    return began


def _require_new(folder: Folder) -> None:
    # The lock of this process is there by now.
    if any(not name.startswith(".") for name in [*folder.files(), *folder.folders()]):
        raise PalateError(f"{folder.uri} holds other files; give a new folder with --out")


def _other(folder: Folder, before: dict[str, Any], now: dict[str, Any]) -> str:
    names = [name for name in {**before, **now} if before.get(name) != now.get(name)]
    changed = ", ".join(f"{name} {before.get(name)} and not {now.get(name)}" for name in names)
    return (
        f"{folder.uri} holds results of another job ({changed}); give a new folder with --out, or delete it"
    )
