"""`palate learn` as a process of its own that is killed in the middle of what it writes or trains."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import psutil

from tests.support.processes.process_tree import kill_tree, require_running
from tests.support.processes.tiny_pipeline import ROOT
from tests.support.processes.wait import PATIENCE_S, wait_until

_STOPS_WITHIN_A_FILE = """
import sys, threading
from pathlib import Path
from jobs.continual.learn import learn
from palate.config import load_config
from palate.storage import Folder

stop_at, marker, config, *overrides = sys.argv[1:]
write_chunks = Folder.write_chunks

def half(chunks):
    content = b"".join(bytes(chunk) for chunk in chunks)
    yield content[: len(content) // 2]
    Path(marker).touch()
    threading.Event().wait()

def write_until_there(folder, name, chunks):
    write_chunks(folder, name, half(chunks) if stop_at in f"{folder.path}/{name}" else chunks)

Folder.write_chunks = write_until_there
learn(load_config(config, overrides), every_s=1, rounds=1)
"""


class Learner:
    """One round of learning by a configuration and settings beside it."""

    def __init__(self, config: Path, settings: Sequence[str], place: Path) -> None:
        """`place` is an empty folder for what the processes leave."""
        self._config, self._settings, self._place = str(config), list(settings), place
        self._orphans: list[psutil.Process] = []

    def finish(self) -> str:
        """Run to the end; what was said."""
        command = [*self._command(), "--every", "1s", "--rounds", "1"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE_S)
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
        return done.stdout + done.stderr

    def killed_within_a_file(self, part_of_path: str) -> None:
        """Kill it while it has written half of the first file with this in its path."""
        marker = self._place / f"{len(list(self._place.iterdir()))}.reached"
        code = [sys.executable, "-c", _STOPS_WITHIN_A_FILE, part_of_path, str(marker)]
        self._killed([*code, self._config, *self._settings], marker.exists, part_of_path)

    def killed_when(self, has_come: Callable[[], bool], what: str) -> None:
        """Kill it as soon as something is the case."""
        self._killed([*self._command(), "--every", "1s", "--rounds", "1"], has_come, what)

    def _command(self) -> list[str]:
        return [sys.executable, "-m", "jobs.cli", "learn", "--config", self._config, *self._settings]

    def end_what_is_left(self) -> None:
        """End what the killed ones have started and what does not end by itself."""
        for process in self._orphans:
            with suppress(psutil.NoSuchProcess):
                process.kill()

    def _killed(self, command: Sequence[str], has_come: Callable[[], bool], what: str) -> None:
        """`kill -9` of the process alone: its workers end when they notice, beside its successor."""
        process = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, text=True
        )

        def has_happened() -> bool:
            require_running(process)
            return has_come()

        try:
            wait_until(has_happened, f"the learner has come to {what}")
            self._orphans += psutil.Process(process.pid).children(recursive=True)
            process.kill()
            process.wait(PATIENCE_S)
        finally:
            kill_tree(process.pid)
