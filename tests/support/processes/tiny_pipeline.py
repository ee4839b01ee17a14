"""The whole pipeline on the tiny data set, as a process of its own that a test can disturb."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pyarrow.csv as pacsv
import yaml

from palate.storage import Folder
from tests.support.processes.process_tree import below, kill_tree, require_running
from tests.support.processes.wait import PATIENCE_S, wait_until
from tests.support.worlds.tiny import Tiny

ROOT = Path(__file__).parents[3]


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
    """`python -m jobs.retrain` with a run folder of its own, and further settings."""

    def __init__(self, config: Path, run: Path | str, *settings: str) -> None:
        self.run = Path(run)
        self._folder = Folder(str(run))
        overrides = [f"run={run}", f"release.uri={run}/releases", *settings]
        self._command = [sys.executable, "-m", "jobs.retrain", "--config", str(config), *overrides]

    def finish(self) -> dict[str, Any]:
        """Run to the end; the metrics."""
        done = subprocess.run(self._command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE_S)
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
        return self.metrics()

    def disturb(self, moment: Callable[[Path], bool], act: Callable[[int], None]) -> int:
        """Run, call `act` with the process id as soon as `moment` of the run is true; exit status."""
        process = subprocess.Popen(
            self._command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, text=True
        )

        def has_come() -> bool:
            require_running(process)
            return moment(self.run)

        try:
            wait_until(has_come, "the run is where it is to be disturbed")
            act(process.pid)
            return process.wait(PATIENCE_S)
        finally:
            kill_tree(process.pid)

    def metrics(self) -> dict[str, Any]:
        """What the run found."""
        metrics: dict[str, Any] = self._folder.read_json("metrics.json")
        return metrics


class FinishedPipeline:
    """The finished run of a folder that `finish_in` filled, and what it takes to run another like it."""

    def __init__(self, place: Path) -> None:
        self.config, self.encoder = place / "config.yaml", place / "encoder"
        self._copy = place / "copy"
        self.pipeline = Pipeline(self.config, place / "run")
        self.metrics = self.pipeline.metrics()

    def copy_to(self, place: Path, tiny: Tiny) -> Path:
        """Leave the run and inputs of its own in an empty folder; the path of the configuration there."""
        shutil.copytree(self._copy, place / "run")
        return write_inputs(place, tiny, self.encoder)


def finish_in(place: Path, tiny: Tiny, encoder: Path) -> None:
    """Run the pipeline to its end in an empty folder, which then needs nothing from outside."""
    encoder = shutil.copytree(encoder, place / "encoder")
    Pipeline(write_inputs(place, tiny, encoder), place / "run").finish()
    # The run itself may be gone on with, which would disturb whoever copies it at that moment.
    shutil.copytree(place / "run", place / "copy")


def has_checkpoint(stage: str) -> Callable[[Path], bool]:
    """Whether a training of the run has saved its progress and goes on."""
    return lambda run: any((run / stage / "checkpoints").glob("checkpoint_*/progress.json"))


def has_begun(stage: str) -> Callable[[Path], bool]:
    """Whether a stage of the run has begun."""
    return lambda run: (run / stage / "attempt.json").exists()


def kill_worker(driver: int) -> None:
    """`kill -9` of the process that trains."""
    workers = below(psutil.Process(driver), "RayTrainWorker")
    assert workers, "no training worker was found"
    workers[0].kill()
