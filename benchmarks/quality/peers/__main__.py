"""Run one peer on a split.

`.venv-peers/bin/python -m benchmarks.quality.peers NAME --split FOLDER --out FILE.parquet`

It trains on the train events, lets validation choose, and writes ten items for each user with a test event to
the file, and how it went to a JSON file beside it. Which item was the right one is the harness's business.
"""

from __future__ import annotations

import argparse
import importlib
import json
import resource
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from time import perf_counter
from typing import Any

from benchmarks.quality.peers.lists import check, completed, write_lists
from benchmarks.quality.peers.split import Split, read_split
from benchmarks.quality.peers.trained import Limits, Trained, threads

PEERS = {
    "popular": "with_rectools.popular",
    "ease": "with_rectools.ease",
    "rectools-sasrec": "with_rectools.sasrec",
    "rectools-sasrec-sampled": "with_rectools.sasrec_sampled",
    "rectools-esasrec": "with_rectools.esasrec",
    "rectools-bert4rec": "with_rectools.bert4rec",
    "recbole-sasrec": "with_recbole.sasrec",
    "ials": "with_implicit.ials",
    "bpr": "with_implicit.bpr",
    "item-knn": "with_implicit.item_knn",
}


def main(argv: Sequence[str] | None = None) -> None:
    """Train, recommend, write."""
    given = arguments(argv)
    split = read_split(given.split)
    limits = Limits(given.seed, given.seconds, dict(given.set), given.validate_every)
    module, function = PEERS[given.name].split(".")
    trained = getattr(importlib.import_module(f"benchmarks.quality.peers.{module}"), function)(split, limits)
    write(given.out, given.name, trained, split, given.seed)


def arguments(argv: Sequence[str] | None = None) -> argparse.Namespace:
    """What to run, read from the command line."""
    parser = argparse.ArgumentParser(prog="benchmarks.quality.peers", description=__doc__)
    parser.add_argument("name", choices=PEERS)
    parser.add_argument("--split", type=Path, required=True, help="folder with split.parquet and split.json")
    parser.add_argument("--out", type=Path, required=True, help="the Parquet file to write")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--seconds", type=float, default=float("inf"), help="of training, validation not counted"
    )
    parser.add_argument("--validate-every", type=int, default=1, metavar="EPOCHS")
    parser.add_argument(
        "--set", type=setting, action="append", default=[], metavar="NAME=VALUE",
        help="in place of the published value; for a grid a value or a JSON list",
    )  # fmt: skip
    return parser.parse_args(argv)


def setting(text: str) -> tuple[str, Any]:
    """A name and a value in JSON, or a plain string."""
    name, found, value = text.partition("=")
    if not found:
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=VALUE")
    try:
        return name, json.loads(value)
    except json.JSONDecodeError:
        return name, value


def write(out: Path, name: str, trained: Trained, split: Split, seed: int) -> None:
    """The lists for the test users, and how they came about."""
    began = perf_counter()
    said = trained.recommend(split.test)
    seconds = perf_counter() - began
    lists = completed(said, split.test, split.train.popular)
    check(lists, split.test)
    write_lists(out, split.test.users, lists)
    report = {
        "name": name, "package": trained.package, "version": version(trained.package),
        "settings": trained.settings, "seed": seed, "threads": threads(),
        "train_seconds": round(trained.train_seconds, 2), "grid_seconds": round(trained.grid_seconds, 2),
        "score_seconds": round(seconds, 2),
        "peak_memory_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        "completed_lists": int((said != lists).any(axis=1).sum()),
        "validation_curve": trained.curve, "stopped_by": trained.stopped_by,
    }  # fmt: skip
    out.with_suffix(".json").write_text(json.dumps(report, indent=1) + "\n")


if __name__ == "__main__":
    main()
