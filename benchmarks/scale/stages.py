"""Seconds and memory of each stage of a retrain: as events grow, and of a large catalogue with a long log.

A stage's time is that of its manifest, and its memory the peak of all processes of the run together, beside
Ray's object store.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from benchmarks.scale.prepare import generated, run_job
from benchmarks.scale.results import Figure, record, size_name
from palate.storage import Folder
from tests.support.encoders import narrow_bert

SIZES = (1, 2, 5)
"""Multiples of the unit of events that `linear` looks at."""
SMALL = (
    "sequence.epochs=1",
    "sequence.width=32",
    "encoder.method=frozen",
    "baselines.methods=[popularity, item-knn]",
    "evaluation.cold_share=0",
    "hybrid.max_users=2000",
    "rerank.max_users=2000",
)
"""A run that is small but for its events. The last two bound the users that two stages look at, as their
defaults do for larger data: with all users of the smallest log and a part of those of the largest a stage
would seem to bend."""
WHOLE = (
    "index.kind=ivfpq",
    "data.partitions=16",
    "baselines.methods=[popularity, transitions]",
    "sequence.negatives=2000",
    "sequence.tokens_per_batch=8192",
    "evaluation.max_users=1000",
)
"""What docs/scale.md advises for a million items; evaluation compares with all of them for each user."""
GROWS = 1.5
"""Seconds on the largest log over those on the smallest; of a stage below, a straight line says nothing."""

Stages = dict[str, dict[str, float]]
"""Seconds and memory by stage."""


def retrained(shop: Path, *settings: str) -> Stages:
    """What each stage of a retrain of the shop took."""
    run_job("retrain", shop, *settings)
    run = Folder(str(shop / "run"))
    manifests = {name: run / name for name in run.folders() if (run / name).exists("manifest.json")}
    return {
        name: {key: manifest[key] for key in ("seconds", "peak_memory_bytes")}
        for name, folder in manifests.items()
        for manifest in [folder.read_json("manifest.json")]
    }


def r2(sizes: np.ndarray, seconds: np.ndarray) -> float:
    """How much of the seconds' variance a straight line through the sizes explains."""
    left = seconds - np.polyval(np.polyfit(sizes, seconds, 1), sizes)
    return float(1 - left @ left / max(((seconds - seconds.mean()) ** 2).sum(), 1e-12))


def measure_linear(unit: int) -> None:
    """Measure and record the seconds and memory of every stage of a retrain on 1, 2 and 5 units of events."""
    events = [size * unit for size in SIZES]
    runs: list[Stages] = []
    for size in events:
        with TemporaryDirectory(prefix="palate-scale-") as folder:
            runs.append(retrained(generated(Path(folder) / "shop", size), *SMALL))
    seconds = {name: np.array([stages[name]["seconds"] for stages in runs]) for name in runs[0]}
    growing = [name for name, of_stage in seconds.items() if of_stage[-1] > GROWS * of_stage[0]]
    straight = {name: r2(np.array(events, float), seconds[name]) for name in growing}
    told: dict[str, Any] = {
        "do_not_grow": [name for name in seconds if name not in growing],
        "stages": [{"events": size, "stages": stages} for size, stages in zip(events, runs, strict=True)],
    }
    how = f"of each stage's seconds on {', '.join(f'{size:,}' for size in events)} events"
    command = f"python -m benchmarks.scale linear --events {unit}"
    record("linear", told, command, {"linear_r2": Figure(straight, how)})


def measure_whole(events: int, items: int) -> None:
    """Measure and record every stage of a retrain of so many events of so many items."""
    with TemporaryDirectory(prefix="palate-scale-") as folder:
        stages = retrained(
            generated(Path(folder) / "shop", events, items), *SMALL, *WHOLE, f"encoder.model={narrow_bert()}"
        )
    peak = max(stage["peak_memory_bytes"] for stage in stages.values())
    how = (
        f"greatest of all stages of a retrain, all processes together; {items:,} items, one layer of encoder"
    )
    command = f"python -m benchmarks.scale whole --events {events} --items {items}"
    figure = {f"peak_memory_bytes_{size_name(events)}_events": Figure(peak, how)}
    record("whole", {"events": events, "items": items, "stages": stages}, command, figure)
