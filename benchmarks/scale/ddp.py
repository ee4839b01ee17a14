"""What a second worker of data-parallel training is worth: for the sequence model and for the text encoder.

Both train on the prepared data of a finished run, each worker with one thread, once briefly and once for
longer; the difference of the two is seconds of steps, without the start of Ray and of workers. Efficiency
is the seconds of one worker over those of two, for the same events, halved: 1 is perfect, .5 is what a
second worker that brings nothing would have. Rivals are one worker with two threads, and two trainings that
have nothing to do with each other at the same time: what they lose against one alone is what the machine's
two processors, which share caches and units of arithmetic, cannot give to anybody.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from benchmarks.scale.results import record
from palate.storage import Folder

CONFIG = "configs/movielens-100k.yaml"


class Training(NamedTuple):
    """A stage, the setting that says how long it trains, two values of it, and what else is set."""

    stage: str
    setting: str
    brief: int
    longer: int
    others: tuple[str, ...] = ()


SEQUENCE = Training("train_sequence", "sequence.epochs", 2, 8, ("sequence.patience=100",))
ENCODER = Training("train_encoder", "encoder.steps", 10, 40)


class Layout(NamedTuple):
    """Workers, and threads of each."""

    workers: int
    threads: int


ONE, TWO, THREADED = Layout(1, 1), Layout(2, 1), Layout(1, 2)


def stage_seconds(run: Path, training: Training, length: int, layout: Layout) -> float:
    """Seconds of the stage, trained anew on a copy of the run's data."""
    with TemporaryDirectory(prefix="palate-scale-") as name:
        copy = Path(name) / "run"
        for stage in ("prepare", "embed_catalogue", "train_encoder"):
            if stage != training.stage:
                shutil.copytree(run / stage, copy / stage)
        settings = (
            f"run={copy}",
            f"{training.setting}={length}",
            f"resources.train_workers={layout.workers}",
            f"resources.threads={layout.threads}",
            *training.others,
        )
        command = [sys.executable, "-m", f"jobs.{training.stage}", "--config", CONFIG, *settings]
        subprocess.run(command, stdout=subprocess.DEVNULL, check=True, timeout=3600)
        return float(Folder(str(copy / training.stage)).read_json("manifest.json")["seconds"])


def step_seconds(run: Path, training: Training, layout: Layout) -> float:
    """Seconds of the steps that the longer training has more than the brief one."""
    brief, longer = (
        stage_seconds(run, training, length, layout) for length in (training.brief, training.longer)
    )
    print(training.stage, layout, f"{brief:.1f} s and {longer:.1f} s", file=sys.stderr)
    return longer - brief


def step_seconds_of_two(run: Path, training: Training) -> float:
    """The same, while another training of one worker does as much at the same time; the mean of both."""
    with ThreadPoolExecutor(2) as beside:
        both = list(beside.map(lambda _: step_seconds(run, training, ONE), range(2)))
    return sum(both) / len(both)


def figures(run: Path, training: Training) -> dict[str, Any]:
    """Efficiency of two workers, and the seconds that it comes from."""
    seconds = {layout: step_seconds(run, training, layout) for layout in (ONE, TWO, THREADED)}
    at_once = step_seconds_of_two(run, training)
    return {
        "value": seconds[ONE] / (2 * seconds[TWO]),
        "one_worker_of_two_threads": seconds[ONE] / (2 * seconds[THREADED]),
        "two_separate_trainings": seconds[ONE] / at_once,
        "step_seconds": {
            "one worker": seconds[ONE],
            "two workers": seconds[TWO],
            "one worker of two threads": seconds[THREADED],
            "two separate trainings": at_once,
        },
        "steps_of": f"{training.setting} from {training.brief} to {training.longer}",
    }


def measure(run: Path) -> None:
    """Measure and record both."""
    command = "python -m benchmarks.scale ddp --run FOLDER"
    record("ddp_efficiency_sequence", figures(run, SEQUENCE), command)
    record("ddp_efficiency_encoder", figures(run, ENCODER), command)
