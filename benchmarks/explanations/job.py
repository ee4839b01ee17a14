"""`palate explain` as a person runs it, in a process of its own."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pyarrow as pa
import pyarrow.parquet as pq

CONFIG = "configs/movielens-100k.yaml"
SECONDS = 1800.0
WRITER = "MapBatches(TextAuthor)"
"""What the title of a process with an engine holds."""


class Job:
    """One run of the job."""

    def __init__(self, releases: str, run: Path, *overrides: str) -> None:
        self.folder = run / "explain"
        palate = str(Path(sys.executable).with_name("palate"))
        places = [f"run={run}", f"release.uri={releases}", "explain.kinds=[explanation]"]
        self._command = [palate, "explain", "--config", CONFIG, "--json", *places, *overrides]

    def afresh(self) -> dict[str, Any]:
        """Run it from the beginning; its report."""
        shutil.rmtree(self.folder, ignore_errors=True)
        return self.finish()

    def finish(self) -> dict[str, Any]:
        """Run it, or what is left of it, to the end; its report."""
        with self.running() as process:
            printed, _ = process.communicate(timeout=SECONDS)
        assert process.returncode == 0, printed
        report: dict[str, Any] = json.loads(printed)
        return report

    @contextmanager
    def running(self) -> Iterator[subprocess.Popen[str]]:
        """The process while it runs; nothing of it is left afterwards."""
        process = subprocess.Popen(
            self._command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        try:
            yield process
        finally:
            kill_tree(process.pid)

    @property
    def blocks(self) -> int:
        """Blocks that are written."""
        return len(list(self.folder.glob("texts/*.parquet")))

    def texts(self) -> pa.Table:
        """Everything that was written."""
        return pq.read_table(self.folder / "texts")


def writers(driver: int) -> list[psutil.Process]:
    """Processes below a driver that have an engine."""
    return [one for one in psutil.Process(driver).children(recursive=True) if WRITER in _title(one)]


def kill_tree(driver: int) -> None:
    """`kill -9` of a driver and of everything below it, if it still runs."""
    if not psutil.pid_exists(driver):
        return
    processes = [*psutil.Process(driver).children(recursive=True), psutil.Process(driver)]
    for process in processes:
        if process.is_running():
            process.kill()
    psutil.wait_procs(processes, timeout=30)


def _title(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.Error:  # it has just ended
        return ""
