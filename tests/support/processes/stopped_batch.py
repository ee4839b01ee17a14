"""Batch jobs as processes of their own in which something goes wrong in the third block."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from palate.release import Release
from tests.support.processes.process_tree import kill_tree, require_running
from tests.support.processes.wait import PATIENCE_S, wait_until

DONE = 2
"""Parts that are there by then."""

_JOB = """
import os, signal, sys, threading
from pathlib import Path
from jobs.batch import recommend
from palate.recommender.batch import ListSettings
from palate.release import verified_release
from palate.storage import Folder

class Disturbed(recommend.UserLists):
    calls = 0

    def __call__(self, block):
        self.calls += 1
        if self.calls > {done}:
            {disturbance}
        return super().__call__(block)

recommend.UserLists, recommend.BLOCK_USERS = Disturbed, 1
recommend.recommend_all(verified_release(Folder(sys.argv[1])), sys.argv[2], ListSettings(4))
"""
_STOP = "threading.Event().wait()"
_DIE_ONCE = "Path({marker!r}).exists() or (Path({marker!r}).touch(), os.kill(os.getpid(), signal.SIGKILL))"


def killed_in_the_third_block(release: Release, out: Path) -> None:
    """Begin to write lists of 4 to `out`, a user a block, and kill the job and its Ray in the third one."""
    process = _started(release, out, _STOP)

    def has_written() -> bool:
        require_running(process)
        return len(list(out.glob("lists/*.parquet"))) == DONE

    try:
        wait_until(has_written, f"{DONE} parts are written")
    finally:
        kill_tree(process.pid)
        process.wait()


def with_an_actor_killed_in_the_third_block(release: Release, out: Path, marker: Path) -> int:
    """Write lists of 4 to `out`, a user a block, where the actor is killed once; the job's exit status.

    The actor leaves the file `marker` before it dies.
    """
    process = _started(release, out, _DIE_ONCE.format(marker=str(marker)))
    try:
        return process.wait(PATIENCE_S)
    finally:
        kill_tree(process.pid)


def _started(release: Release, out: Path, disturbance: str) -> subprocess.Popen[str]:
    releases = str(Path(release.folder.path).parent)
    code = _JOB.format(done=DONE, disturbance=disturbance)
    return subprocess.Popen([sys.executable, "-c", code, releases, str(out)], text=True)
