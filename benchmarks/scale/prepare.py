"""`prepare` beside a columnar engine that does its work.

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

import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from benchmarks.scale.results import Figure, in_own_process, record, size_name
from palate.generate import DataShape, generate_tables
from palate.storage import Folder

ITEMS, EVENTS_A_USER, FEWEST, TINY = 2_000, 20, 3, 1_000


def generated(folder: Path, events: int, items: int = ITEMS) -> Path:
    """A synthetic shop's folder."""
    shape = DataShape(users=max(10, events // EVENTS_A_USER), items=items, events=events, seed=0)
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
        "palate": {name: ours[name] for name in ("seconds", "peak_memory_bytes")},
        f"palate_seconds_of_{TINY}_events": start["seconds"],
        "rival": theirs,
    }
    ratio = Figure(
        ours["seconds"] / theirs["seconds"], f"seconds for {events:,} events, the start of Ray included"
    )
    command = f"python -m benchmarks.scale prepare --events {events}"
    record(f"prepare_{size_name(events)}", told, command, {f"prepare_vs_{engine}": ratio})


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
