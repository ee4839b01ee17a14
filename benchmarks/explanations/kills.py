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
    return _disturbed(Job(releases, run, *SIZE), _kill_engine)


def run_killed(releases: str, run: Path) -> dict[str, Any]:
    """`kill -9` of the whole run in mid-batch; the same command is given again."""
    return _disturbed(Job(releases, run, *SIZE), lambda process: kill_tree(process.pid))


def _disturbed(job: Job, disturb: Callable[[subprocess.Popen[str]], None]) -> dict[str, Any]:
    shutil.rmtree(job.folder, ignore_errors=True)
    with job.running() as process:
        _wait(lambda: job.blocks >= 1, process)
        time.sleep(INTO_A_BLOCK)
        before = job.blocks
        disturb(process)
        process.communicate(timeout=SECONDS)
    if process.returncode != 0:
        job.finish()
    return {"blocks_before": before, **_counted(job)}


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
