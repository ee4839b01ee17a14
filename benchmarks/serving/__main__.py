"""The whole benchmark in one command: `python -m benchmarks.serving`, about 15 minutes on two cores.

Writes `results.json` beside this file. `--only PART ...` repeats some parts and keeps the others.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import torch

from benchmarks.serving import bounds, disturbances, throughput
from benchmarks.serving.release import publish_synthetic
from benchmarks.serving.results import RESULTS, write_part
from benchmarks.where import where
from palate.storage import Folder

ITEMS, USERS = 12_000, 2_000
SMALL_ITEMS = 2_000
"""For kills and swaps, where what counts is what is answered, not how fast."""

Part = Callable[[], Any]
Measure = Callable[[str, Path, str, Path], Any]


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
    store = place / "store"
    place.chmod(0o755)

    @cache
    def large() -> tuple[str, Path]:
        releases = str(place / "large")
        publish_synthetic(Folder(releases), place / "run-large", ITEMS, USERS, seed=1)
        return releases, throughput.write_bodies(place / "large.jsonl", ITEMS)

    @cache
    def small() -> tuple[str, Path]:
        releases = str(place / "small")
        for seed in (1, 2):
            publish_synthetic(Folder(releases), place / f"run-small-{seed}", SMALL_ITEMS, USERS, seed)
        return releases, throughput.write_bodies(place / "small.jsonl", SMALL_ITEMS)

    def of(measure: Measure, release: Callable[[], tuple[str, Path]], mode: str) -> Part:
        return lambda: measure(release()[0], store, mode, release()[1])

    return {
        "functions": lambda: throughput.functions(*large()),
        "fused": of(throughput.against_plain, large, "fused"),
        "graph": of(throughput.against_plain, large, "graph"),
        "settings_fused": of(throughput.settings, large, "fused"),
        "settings_graph": of(throughput.settings, large, "graph"),
        "freshness_fused": of(disturbances.freshness, large, "fused"),
        "freshness_graph": of(disturbances.freshness, large, "graph"),
        "kills": lambda: disturbances.kills(small()[0], store, small()[1]),
        "swaps_fused": of(disturbances.swaps, small, "fused"),
        "swaps_graph": of(disturbances.swaps, small, "graph"),
        "growth": lambda: bounds.growth(small()[0], place / "store-growth", SMALL_ITEMS, USERS),
        "heavy_user": lambda: bounds.beside_a_heavy_user(small()[0], place / "store-heavy", SMALL_ITEMS),
    }


if __name__ == "__main__":
    main()
