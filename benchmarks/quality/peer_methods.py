"""Other people's methods, each in a process of the environment that `make peers` sets up."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from benchmarks.quality.accuracy import K, means, values
from palate.errors import PalateError
from palate.evaluate.metrics import Outcome

PYTHON = Path(".venv-peers/bin/python")


def measure_peer(name: str, split: Path, seed: int, seconds: float | None, out: Path) -> dict[str, Any]:
    """Run a peer, unless it has run, with so many seconds to train; its metrics, cost and report."""
    if not PYTHON.exists():
        raise PalateError(f"{PYTHON} is missing; `make peers` sets up the environment of the peers")
    lists = out / f"{name}-{seed}.parquet"
    if not lists.with_suffix(".json").exists():
        out.mkdir(parents=True, exist_ok=True)
        command = [str(PYTHON), "-m", "benchmarks.quality.peers", name, "--split", str(split)]
        command += ["--seed", str(seed), "--out", str(lists)]
        command += [] if seconds is None else ["--seconds", str(seconds)]
        subprocess.run(command, check=True)
    report: dict[str, Any] = json.loads(lists.with_suffix(".json").read_text())
    cost = {
        "seconds": round(report["train_seconds"] + report["grid_seconds"], 1),
        "peak_memory_bytes": report["peak_memory_bytes"],
    }
    return {**judged(lists, split), **cost, "report": report}


def judged(lists: Path, split: Path) -> dict[str, float]:
    """Metrics of the lists of ten, by Palate's own functions."""
    events = pq.read_table(split / "split.parquet")
    asked = events.filter(np.array(events["part"].to_pylist()) == "test")
    answers = dict(zip(asked["user"].to_pylist(), asked["item"].to_pylist(), strict=True))
    found = pq.read_table(lists)
    items = np.array(found["items"].to_pylist(), np.int32)
    wanted = np.array([answers[user] for user in found["user"].to_pylist()], np.int32)
    if len(wanted) != len(answers):
        raise ValueError(f"{lists} has lists of {len(wanted)} of {len(answers)} users")
    hits = items == wanted[:, None]
    ranks = np.where(hits.any(1), hits.argmax(1) + 1, K + 1)
    users = len(wanted)
    outcome = Outcome.of(np.arange(users), ranks, np.full(users, K + 1), K)
    return means(values(outcome))
