"""What is left of a run whose engine is killed, and of one that is killed as a whole and started again."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from benchmarks.explanations.job import SECONDS, Job, kill_tree, writers

SIZE = ("explain.users=32", "explain.items=10", "explain.block=64")
"""Five blocks, so that there is a middle."""
INTO_A_BLOCK = 1.5
"""Seconds after the first finished block: the engine is in the midst of the second one."""


def engine_killed(releases: str, run: Path) -> dict[str, Any]:
    """`kill -9` of the engine's process in mid-batch; the same run goes on."""
    job = Job(releases, run, *SIZE)
    return {"blocks_before": _disturbed(job, _kill_engine), **_counted(job)}


def run_killed(releases: str, run: Path) -> dict[str, Any]:
    """`kill -9` of the whole run in mid-batch; the same command is given again."""
    job = Job(releases, run, *SIZE)
    before = _disturbed(job, lambda process: kill_tree(process.pid))
    job.finish()
    return {"blocks_before": before, **_counted(job)}


def _disturbed(job: Job, disturb: Callable[[subprocess.Popen[str]], None]) -> int:
    """Start a run, disturb it in its second block, and wait for its end; the blocks finished before."""
    shutil.rmtree(job.folder, ignore_errors=True)
    with job.running() as process:
        _wait(lambda: job.blocks >= 1, process)
        time.sleep(INTO_A_BLOCK)
        before = job.blocks
        disturb(process)
        process.communicate(timeout=SECONDS)
    return before


def _kill_engine(process: subprocess.Popen[str]) -> None:
    engines = writers(process.pid)
    assert len(engines) == 1, engines
    engines[0].kill()


def _wait(moment: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    while not moment():
        assert process.poll() is None, "the run ended before it could be disturbed"
        time.sleep(0.05)


def _counted(job: Job) -> dict[str, Any]:
    wanted = Counter((row["user"], row["item"]) for row in pq.read_table(job.folder / "wanted").to_pylist())
    found = Counter((row["user"], row["item"]) for row in job.texts().to_pylist())
    return {
        "wanted": wanted.total(),
        "written": found.total(),
        "lost": (wanted - found).total(),
        "duplicates": (found - wanted).total(),
    }
