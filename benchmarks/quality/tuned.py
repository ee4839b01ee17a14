"""A search for better settings, on the validation events alone, and what each of its trials had.

`python -m benchmarks.quality.tuned amazon-beauty tune.trials=12 --folder FOLDER` runs the stage `tune` with
one member, and writes the file and the table `results/amazon-beauty-tuned`, the best trial first.
"""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any

from benchmarks.quality.command import DATA, RESULTS, config_of, end_well, markdown, write
from benchmarks.where import where
from jobs.runtime.ray_session import ray_session
from jobs.runtime.stage import run_stage, stage_folder
from jobs.tune import EPOCHS, NDCG, SETTINGS, ended_trials
from palate.config.search import TUNED

STAGES = ("prepare", "train_encoder", "embed_catalogue", "tune")


def main() -> None:
    """Search, and write."""
    options = _options()
    config = config_of(options.data, "tuned", ["sequence.members=1", *options.overrides], options.folder)
    with ray_session(config):
        for name in STAGES:
            manifest = run_stage(import_module(f"jobs.{name}").STAGE, config)
    trials = list(ended_trials(stage_folder(config, "tune")))
    content = {
        "command": shlex.join(["python", "-m", "benchmarks.quality.tuned", *sys.argv[1:]]),
        "trials": trials,
        "seconds": manifest["seconds"],
        **where(RESULTS),
    }
    write(RESULTS / f"{options.data}-tuned.json", content, table(trials))


def table(trials: Sequence[dict[str, Any]]) -> str:
    """A row for each trial, numbered as they ended, the best first."""
    paths = list(trials[0][SETTINGS])
    names = [path.removeprefix(TUNED).replace("_", " ") for path in paths]
    order = sorted(range(len(trials)), key=lambda number: -trials[number][NDCG])
    return markdown(
        f"| NDCG@10 | trial | epochs | {' | '.join(names)} |",
        (
            f"| {trials[number][NDCG]:.4f} | {number + 1} | {trials[number][EPOCHS]} | "
            f"{' | '.join(f'{trials[number][SETTINGS][path]:.3g}' for path in paths)} |"
            for number in order
        ),
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks.quality.tuned", description=__doc__)
    parser.add_argument("data", choices=DATA)
    parser.add_argument("overrides", nargs="*", help="settings of Palate as key.path=value")
    parser.add_argument("--folder", help="folder of the data, where they do not come with the installation")
    return parser.parse_args()


if __name__ == "__main__":
    end_well(main)
