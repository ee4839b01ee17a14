"""A batch job as a process of its own that stops for ever in its third block, and is killed there."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from palate.release import Release
from tests.support.processes.process_tree import kill_tree, require_running
from tests.support.processes.wait import wait_until

DONE = 2
"""Parts that are there when the job is killed."""

_STOPPING = f"""
import sys, threading
from jobs.batch import recommend
from palate.recommender.batch import ListSettings
from palate.release import verified_release
from palate.storage import Folder

class Stopping(recommend.UserLists):
    calls = 0

    def __call__(self, block):
        self.calls += 1
        if self.calls > {DONE}:
            threading.Event().wait()
        return super().__call__(block)

recommend.UserLists, recommend.BLOCK_USERS = Stopping, 1
recommend.recommend_all(verified_release(Folder(sys.argv[1])), sys.argv[2], ListSettings(4))
"""


def killed_in_the_third_block(release: Release, out: Path) -> None:
    """Begin to write lists of 4 to `out`, a user a block, and kill the job and its Ray in the third one."""
    releases = str(Path(release.folder.path).parent)
    process = subprocess.Popen([sys.executable, "-c", _STOPPING, releases, str(out)], text=True)

    def has_written() -> bool:
        require_running(process)
        return len(list(out.glob("lists/*.parquet"))) == DONE

    try:
        wait_until(has_written, f"{DONE} parts are written")
    finally:
        kill_tree(process.pid)
        process.wait()
