"""The whole pipeline on the tiny data set, as a process of its own that a test can disturb."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pyarrow.csv as pacsv
import yaml

from tests.support.worlds.tiny import Tiny

ROOT = Path(__file__).parents[3]
DEADLINE = 600.0
LOOK = 0.05
"""Seconds between two looks at a run."""


def write_inputs(folder: Path, tiny: Tiny, encoder: Path) -> Path:
    """Write raw tables and a configuration that trains briefly; the configuration's path."""
    pacsv.write_csv(tiny.catalogue.select(["item", "title"]), folder / "items.csv")
    rows = ["user,item,time"]
    for user, name in enumerate(tiny.histories.users.to_pylist()):
        items, times = tiny.histories.items[5 * user : 5 * user + 5], tiny.histories.times[:5]
        rows += [f"{name},i{item:02d},{time + 1}" for item, time in zip(items, times, strict=True)]
    (folder / "events.csv").write_text("\n".join(rows) + "\n")
    tables = {name: {"path": str(folder / f"{name}.csv"), "format": "csv"} for name in ("events", "items")}
    settings = {
        "data": {
            "name": "tiny",
            "source": "tables",
            "partitions": 2,
            "events": tables["events"],
            "catalogue": tables["items"],
        },
        "encoder": {
            "model": str(encoder),
            "steps": 15,
            "batch_size": 8,
            "checkpoint_steps": 3,
            "paraphrases": ["A film: {title}"],
        },
        "sequence": {
            "width": 8,
            "layers": 1,
            "epochs": 15,
            "patience": 15,
            "tokens_per_batch": 16,
            "use_signals": True,
        },
        "baselines": {"als_factors": 4},
        "evaluation": {"k": 3, "bootstrap": 20, "users_shown": 2, "cold_share": 0.3},
        "resources": {"object_store_bytes": 100_000_000, "threads": 1},
    }
    config = folder / "config.yaml"
    config.write_text(yaml.safe_dump(settings))
    return config


class Pipeline:
    """`python -m jobs.retrain` with a run folder of its own."""

    def __init__(self, config: Path, run: Path) -> None:
        self.run = run
        overrides = [f"run={run}", f"release.uri={run}/releases"]
        self._command = [sys.executable, "-m", "jobs.retrain", "--config", str(config), *overrides]

    def finish(self) -> dict[str, Any]:
        """Run to the end; the metrics."""
        self._check(subprocess.run(self._command, cwd=ROOT, capture_output=True, text=True, timeout=DEADLINE))
        return self.metrics()

    def disturb(self, moment: Callable[[Path], bool], act: Callable[[int], None]) -> int:
        """Run, call `act` with the process id as soon as `moment` of the run is true; exit status."""
        process = subprocess.Popen(
            self._command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, text=True
        )
        try:
            while not moment(self.run):
                assert not _ended(process, LOOK), "the run ended before it could be disturbed"
            act(process.pid)
            return process.wait(DEADLINE)
        finally:
            kill_tree(process.pid)

    def metrics(self) -> dict[str, Any]:
        """What the run found."""
        found: dict[str, Any] = json.loads((self.run / "metrics.json").read_text())
        return found

    @staticmethod
    def _check(done: subprocess.CompletedProcess[str]) -> None:
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]


def _ended(process: subprocess.Popen[str], seconds: float) -> bool:
    """Whether a process ends within so long."""
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return False
    return True


def has_checkpoint(stage: str) -> Callable[[Path], bool]:
    """Whether a training of the run has saved its progress and goes on."""
    return lambda run: any((run / stage / "checkpoints").glob("checkpoint_*/progress.json"))


def has_begun(stage: str) -> Callable[[Path], bool]:
    """Whether a stage of the run has begun."""
    return lambda run: (run / stage / "attempt.json").exists()


def kill_worker(driver: int) -> None:
    """`kill -9` of the process that trains."""
    workers = [
        one for one in psutil.Process(driver).children(recursive=True) if "RayTrainWorker" in _title(one)
    ]
    assert workers, "no training worker was found"
    workers[0].send_signal(signal.SIGKILL)


def kill_tree(driver: int) -> None:
    """`kill -9` of the whole run; nothing of it stays behind."""
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
    except psutil.Error:
        return ""
