"""The whole benchmark in one command, about half an hour on two cores with nothing beside it.

`make demo` must have published a release before. Writes `results.json` beside this file; `--only PART ...`
repeats some parts and keeps the others.
"""

from __future__ import annotations

import argparse
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from benchmarks.explanations import kills, movielens, online, throughput
from benchmarks.explanations.job import Job
from benchmarks.explanations.summary import headlines
from benchmarks.explanations.training import training
from benchmarks.explanations.xrec import xrec
from benchmarks.figures import write_figure
from benchmarks.language.results import RESULTS as LANGUAGE
from benchmarks.where import where

RESULTS = Path(__file__).with_name("results.json")
COMMAND = "python -m benchmarks.explanations --xrec FOLDER"
POOL = "pool_vs_raw_vllm"
"""The figure that stands among those of language, too."""
RUN = Path("runs/bench-explanations")


def main() -> None:
    """Measure, and write after every part, so that an interruption costs one part."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--releases", default="runs/releases", help="folder of the MovieLens-100K release")
    parser.add_argument("--xrec", type=Path, metavar="FOLDER", help="XRec's test set; that part needs it")
    parser.add_argument("--only", nargs="+", metavar="PART", help="parts of results.json to measure again")
    options = parser.parse_args()
    torch.set_num_threads(2)
    parts = _parts(str(Path(options.releases).absolute()), RUN.absolute(), options.xrec)
    if options.only and not set(options.only) <= set(parts):
        parser.error(f"the parts are {', '.join(parts)}; xrec needs --xrec FOLDER")
    here = where(RESULTS.parent)
    for name, part in parts.items():
        if not options.only or name in options.only:
            print(f"{name} ...", flush=True)
            _write(name, here, part())


def _parts(releases: str, run: Path, folder: Path | None) -> dict[str, Callable[[], Any]]:
    world = movielens.World(releases, run)
    parts: dict[str, Callable[[], Any]] = {
        "throughput": lambda: throughput.against_peers(world.job, releases),
        "batch": lambda: throughput.one_batch(releases, run / "batch"),
        "movielens": lambda: movielens.movielens(world),
        "free": lambda: movielens.free(world),
        "distinct": lambda: movielens.distinct(world),
        "fluency": lambda: movielens.fluency(world),
        "engine_killed": lambda: kills.engine_killed(releases, run / "kills"),
        "run_killed": lambda: kills.run_killed(releases, run / "kills"),
        "warm": lambda: online.warm(releases, _empty(run / "warm-store"), world.job),
        "cold": lambda: online.cold(releases, _empty(run / "cold-store"), _pairs(world.job)),
        "training": lambda: training(releases, run / "training"),
    }
    return parts | ({"xrec": lambda: xrec(folder)} if folder else {})


def _pairs(job: Job) -> list[tuple[str, str]]:
    rows = job.texts().to_pylist()
    return [(row["user"], row["item"]) for row in rows[::7]]


def _empty(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    return folder


def _write(name: str, here: dict[str, Any], found: Any) -> None:
    known: dict[str, Any] = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    parts = known.get("parts", {}) | {name: {"measured": here, "found": found}}
    figures = headlines({part: one["found"] for part, one in parts.items()})
    if name == "throughput":
        write_figure(LANGUAGE, POOL, f"{COMMAND} --only throughput", figures[POOL] | found)
    content = {**figures, "parts": parts}
    RESULTS.write_text(json.dumps({"command": COMMAND, **content}, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
