"""`palate explain` as a process of its own that a test can disturb."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psutil
import pyarrow as pa
import pyarrow.parquet as pq

from jobs.texts.writer_actor import TextAuthor
from tests.support.processes.process_tree import below, kill_tree, require_running
from tests.support.processes.wait import PATIENCE_S, wait_until

CONFIG = "configs/movielens-100k.yaml"
WRITER = f"MapBatches({TextAuthor.__name__})"
"""What the title of a process with an engine holds."""


class ExplainJob:
    """One run of the job."""

    def __init__(self, releases: str, run: Path, *overrides: str) -> None:
        self.folder = run / "explain"
        palate = str(Path(sys.executable).with_name("palate"))
        settings = [f"run={run}", f"release.uri={releases}", "explain.kinds=[explanation]", *overrides]
        self._command = [palate, "explain", "--config", CONFIG, "--json", *settings]

    def disturb(self, act: Callable[[psutil.Process], None]) -> int:
        """Run, call `act` with the process that has the engine once a block is written; exit status."""
        process = subprocess.Popen(
            self._command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, text=True
        )

        def has_written() -> bool:
            require_running(process)
            return self.blocks > 0

        try:
            wait_until(has_written, "a block is written")
            (engine,) = below(psutil.Process(process.pid), WRITER)
            act(engine)
            return process.wait(PATIENCE_S)
        finally:
            kill_tree(process.pid)

    @property
    def blocks(self) -> int:
        """Blocks that are written."""
        return len(list(self.folder.glob("texts/*.parquet")))

    def texts(self) -> pa.Table:
        """Everything that was written."""
        return pq.read_table(self.folder / "texts")
