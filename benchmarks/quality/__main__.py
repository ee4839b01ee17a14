"""Trains and measures every method on one published split, with several seeds.

`python -m benchmarks.quality amazon-beauty --folder FOLDER` reads `configs/amazon-beauty.yaml`, and writes
`results/amazon-beauty.json` and its table beside this file. What is finished is kept, so that an interrupted
run goes on; `--only` measures some methods, `palate` or names of peers, and leaves the others as they are.
"""

from __future__ import annotations

import argparse
import shlex
import sys
from pathlib import Path

from benchmarks.quality.command import DATA, RESULTS, config_of, end_well
from benchmarks.quality.palate_methods import measure, prepare
from benchmarks.quality.peer_methods import measure_peer
from benchmarks.quality.peers.__main__ import PEERS
from benchmarks.quality.results import Measured, Results
from benchmarks.quality.split import write_split
from benchmarks.where import where
from palate.config import Config

OURS = "palate"
WITHOUT_CHANCE = {"popular", "ease", "item-knn"}
"""Peers that give every seed the same."""
NEURAL = {name for name in PEERS if name.startswith(("rectools-", "recbole-"))}
"""Peers that train until they are stopped."""


def main() -> None:
    """Measure, and write after every method."""
    options = _options()
    results = Results(RESULTS / f"{options.data}.json")
    for seed in options.seeds:
        config = _config(options, seed)
        prepare(config)
        split = Path(config.run) / "split"
        results.require_split(write_split(config, split))
        if OURS in options.only:
            _ours(config, options, results)
        for name in [name for name in PEERS if name in options.only]:
            _peer(name, seed, split, options, results)


def _ours(config: Config, options: argparse.Namespace, results: Results) -> None:
    print(f"palate, seed {config.seed}", flush=True)
    measured = measure(config, options.refit)
    _add(results, config.seed, measured.pop("methods"))
    results.tell("palate", str(config.seed), measured)
    results.write(PEER_NAMES)


def _peer(name: str, seed: int, split: Path, options: argparse.Namespace, results: Results) -> None:
    print(f"{name}, seed {seed}", flush=True)
    seconds = _seconds(seed, options, results) if name in NEURAL else None
    once = options.seeds[0] if name in WITHOUT_CHANCE else seed
    measured = measure_peer(name, split, once, seconds, split.parent.parent / "peers")
    results.tell("peers", f"{name}-{seed}", measured.pop("report"))
    _add(results, seed, {_as_peer(name): measured})
    results.write(PEER_NAMES)


def _seconds(seed: int, options: argparse.Namespace, results: Results) -> float | None:
    """How long a peer may train: as asked, or as long as Palate's sequence model did."""
    ours: float | None = results.measured(seed).get("sequence", {}).get("seconds")
    return ours if options.peer_seconds is None else options.peer_seconds


def _add(results: Results, seed: int, methods: dict[str, Measured]) -> None:
    results.add(
        seed, methods, where(RESULTS), shlex.join(["python", "-m", "benchmarks.quality", *sys.argv[1:]])
    )


def _as_peer(name: str) -> str:
    """Peers have names of their own in tables: some have the same method as Palate."""
    return f"{name} (peer)"


PEER_NAMES = {_as_peer(name) for name in PEERS}


def _config(options: argparse.Namespace, seed: int) -> Config:
    return config_of(options.data, f"seed-{seed}", [f"seed={seed}", *options.overrides], options.folder)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks.quality", description=__doc__)
    parser.add_argument("data", choices=DATA)
    parser.add_argument("overrides", nargs="*", help="settings of Palate as key.path=value")
    parser.add_argument("--folder", help="folder of the data, where they do not come with the installation")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument(
        "--peer-seconds", type=float, metavar="SECONDS",
        help="how long peers with neural networks train; by default as long as Palate's sequence model did",
    )  # fmt: skip
    parser.add_argument(
        "--no-refit", dest="refit", action="store_false",
        help="leave out the rows 'refitted', for which everything is trained once more",
    )  # fmt: skip
    parser.add_argument("--only", nargs="+", choices=[OURS, *PEERS], default=[OURS, *PEERS], metavar="METHOD")
    return parser.parse_args()


if __name__ == "__main__":
    end_well(main)
