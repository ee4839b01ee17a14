"""The whole benchmark in one command: `python -m benchmarks.serving`, about 15 minutes on two cores.

Writes `results.json` beside this file. `--only PART ...` repeats some parts and keeps the others.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from benchmarks.serving import disturbances, throughput
from benchmarks.serving.release import publish_synthetic
from benchmarks.serving.results import RESULTS, write_part
from benchmarks.where import where
from palate.storage import Folder

ITEMS, USERS = 12_000, 2_000
SMALL_ITEMS = 2_000
"""For kills and swaps, where what counts is what is answered, not how fast."""

Part = Callable[[], Any]


def main() -> None:
    """Measure, and write after every part, so that an interruption costs one part."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="+", metavar="PART", help="parts of results.json to measure again")
    only = parser.parse_args().only
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory(prefix="palate-bench-") as place:
        parts = _parts(Path(place))
        if only and not set(only) <= set(parts):
            parser.error(f"the parts are {', '.join(parts)}")
        here = where(RESULTS.parent)
        for name, part in parts.items():
            if not only or name in only:
                print(f"{name} ...", flush=True)
                write_part(name, here, part())


def _parts(place: Path) -> dict[str, Part]:
    large, small, store = str(place / "large"), str(place / "small"), place / "store"
    place.chmod(0o755)
    publish_synthetic(Folder(large), place / "run-large", ITEMS, USERS, seed=1)
    for seed in (1, 2):
        publish_synthetic(Folder(small), place / f"run-small-{seed}", SMALL_ITEMS, USERS, seed)
    many = throughput.write_bodies(place / "large.jsonl", ITEMS)
    few = throughput.write_bodies(place / "small.jsonl", SMALL_ITEMS)
    return {
        "functions": lambda: throughput.functions(large, many),
        "fused": lambda: throughput.against_plain(large, store, "fused", many),
        "graph": lambda: throughput.against_plain(large, store, "graph", many),
        "settings_fused": lambda: throughput.settings(large, store, "fused", many),
        "settings_graph": lambda: throughput.settings(large, store, "graph", many),
        "freshness_fused": lambda: disturbances.freshness(large, store, "fused", many),
        "freshness_graph": lambda: disturbances.freshness(large, store, "graph", many),
        "kills": lambda: disturbances.kills(small, store, few),
        "swaps_fused": lambda: disturbances.swaps(small, store, "fused", few),
        "swaps_graph": lambda: disturbances.swaps(small, store, "graph", few),
    }


if __name__ == "__main__":
    main()
