"""`prepare` beside a columnar engine that does its work, and the cost of stages as events grow.

Both read the same Parquet files of `palate generate` and leave, for each user with three events or more, the
items, times and kinds in order, each event once; that both leave as many users and events is required. The
engine is Polars where it is installed (in an environment of its own: nothing of Palate needs it), and
pyarrow's otherwise. Palate's time is that of the stage's manifest, the start of Ray within it; what it takes
on a thousand events says how much of it is start alone.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from benchmarks.scale.results import in_own_process, record
from palate.generate import DataShape, generate_tables
from palate.storage import Folder

ITEMS, EVENTS_A_USER, FEWEST, TINY = 2_000, 20, 3, 1_000
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
GROWS = 1.5
"""Seconds on the largest log over those on the smallest; of a stage below, a straight line says nothing."""


def generated(folder: Path, events: int) -> Path:
    """A synthetic shop's folder."""
    shape = DataShape(users=max(10, events // EVENTS_A_USER), items=ITEMS, events=events, seed=0)
    generate_tables(shape, Folder(str(folder)))
    return folder


def by_pyarrow(shop: Path, out: Path) -> tuple[int, int]:
    """Users and events that pyarrow leaves in `out`."""
    items = pq.read_table(shop / "catalogue", columns=["item"])["item"]
    events = ds.dataset(shop / "events").to_table(columns=["user", "item", "time", "kind"])
    events = events.filter(pc.is_in(events["item"], value_set=items.combine_chunks()))
    events = events.group_by(["user", "item", "time", "kind"]).aggregate([])
    counts = events.group_by("user").aggregate([([], "count_all")])
    enough = counts.filter(pc.greater_equal(counts["count_all"], FEWEST))["user"]
    events = events.filter(pc.is_in(events["user"], value_set=enough.combine_chunks()))
    events = events.sort_by([("user", "ascending"), ("time", "ascending")])
    rows = pc.index_in(events["item"], value_set=items.combine_chunks())
    events = events.set_column(events.schema.get_field_index("item"), "item", rows)
    lists = [(name, "list") for name in ("item", "time", "kind")]
    histories = events.group_by("user", use_threads=False).aggregate(lists)
    pq.write_table(histories, out / "histories.parquet")
    return len(histories), len(events)


def by_polars(shop: Path, out: Path) -> tuple[int, int]:
    """Users and events that Polars leaves in `out`."""
    import polars as pl

    items = pl.scan_parquet(shop / "catalogue" / "*.parquet").select("item").with_row_index("index")
    columns = ["user", "item", "time", "kind"]
    events = pl.scan_parquet(shop / "events" / "*.parquet").select(columns).unique()
    events = events.join(items, on="item").filter(pl.len().over("user") >= FEWEST).sort("user", "time")
    histories = events.group_by("user", maintain_order=True).agg("index", "time", "kind").collect()
    histories.write_parquet(out / "histories.parquet")
    return len(histories), int(histories["index"].list.len().sum())


ENGINES: dict[str, Callable[[Path, Path], tuple[int, int]]] = {"pyarrow": by_pyarrow, "polars": by_polars}


def engine_figures(engine: str, shop: Path, out: Path) -> dict[str, Any]:
    """Seconds and memory of an engine, in a process of its own."""
    return in_own_process("prepare", engine, str(shop), str(out))


def run_job(job: str, shop: Path, *settings: str) -> None:
    """A job of Palate on the shop."""
    command = [sys.executable, "-m", f"jobs.{job}", "--config", str(shop / "config.yaml"), *settings]
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True, timeout=7200)


def prepared(shop: Path, events: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """Manifest and summary of `prepare` on a new shop with so many events."""
    run_job("prepare", generated(shop, events))
    folder = Folder(str(shop / "run" / "prepare"))
    return folder.read_json("manifest.json"), folder.read_json("summary.json")


def measure_prepare(events: int) -> None:
    """Measure and record `prepare` on so many events, and the engine beside it."""
    engine = "polars" if importlib.util.find_spec("polars") else "pyarrow"
    with TemporaryDirectory(prefix="palate-scale-") as folder:
        shop, tiny = Path(folder) / "shop", Path(folder) / "tiny"
        ours, counts = prepared(shop, events)
        start, _ = prepared(tiny, TINY)
        theirs = engine_figures(engine, shop, Path(folder))
    if (theirs["users"], theirs["events"]) != (counts["users"], counts["events"]):
        raise RuntimeError(f"{engine} left {theirs}, Palate {counts}: they did not do the same work")
    told = {
        "events": events,
        "engine": engine,
        f"prepare_vs_{engine}": ours["seconds"] / theirs["seconds"],
        "palate": {name: ours[name] for name in ("seconds", "peak_memory_bytes")},
        f"palate_seconds_of_{TINY}_events": start["seconds"],
        "rival": theirs,
    }
    record(f"prepare_{events}", told, f"python -m benchmarks.scale prepare --events {events}")


def r2(sizes: np.ndarray, seconds: np.ndarray) -> float:
    """How much of the seconds' variance a straight line through the sizes explains."""
    left = seconds - np.polyval(np.polyfit(sizes, seconds, 1), sizes)
    return float(1 - left @ left / max(((seconds - seconds.mean()) ** 2).sum(), 1e-12))


def measure_linear(unit: int) -> None:
    """Measure and record the seconds and memory of every stage of a retrain on 1, 2 and 5 units of events."""
    stages: dict[str, list[dict[str, float]]] = {}
    for size in SIZES:
        with TemporaryDirectory(prefix="palate-scale-") as folder:
            shop = generated(Path(folder) / "shop", size * unit)
            run_job("retrain", shop, *SMALL)
            for name in Folder(str(shop / "run")).folders():
                stage = Folder(str(shop / "run" / name))
                if stage.exists("manifest.json"):
                    manifest = stage.read_json("manifest.json")
                    one = {key: manifest[key] for key in ("seconds", "peak_memory_bytes")}
                    stages.setdefault(name, []).append({"events": size * unit, **one})
    events = np.array([size * unit for size in SIZES], float)
    seconds = {name: np.array([one["seconds"] for one in runs]) for name, runs in stages.items()}
    growing = [name for name, of_stage in seconds.items() if of_stage[-1] > GROWS * of_stage[0]]
    told = {
        "unit": unit,
        "linear_r2": {name: r2(events, seconds[name]) for name in growing},
        "do_not_grow": [name for name in seconds if name not in growing],
        "stages": stages,
    }
    record("linear", told, f"python -m benchmarks.scale linear --events {unit}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("engine", choices=ENGINES)
    parser.add_argument("shop", type=Path)
    parser.add_argument("out", type=Path)
    chosen = parser.parse_args()
    started = time.perf_counter()
    users, kept = ENGINES[chosen.engine](chosen.shop, chosen.out)
    took = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps({"seconds": took, "peak_memory_bytes": peak, "users": users, "events": kept}))
