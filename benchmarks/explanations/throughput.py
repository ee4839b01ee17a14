"""The pool against plain vLLM and `ray.data.llm`, in turn; and one batch."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

from benchmarks.explanations.job import SECONDS, Job

ROUNDS = 1
PEERS = ("plain", "ray_data_llm")
"""Modules beside this one."""


def against_peers(job: Job, releases: str) -> dict[str, Any]:
    """Texts a second from the first prompt to the last file, and of the peers on the same prompts."""
    rounds = [
        {"pool": _pool(job), **{name: peer(name, job, releases) for name in PEERS}} for _ in range(ROUNDS)
    ]
    speeds = {name: _speeds(name, rounds) for name in ("pool", *PEERS)}
    medians = {name: statistics.median(values) for name, values in speeds.items()}
    return {
        "rounds": rounds,
        "texts_per_second": speeds,
        "ratio": round(medians["pool"] / medians["plain"], 4),
        "ratio_to_ray_data_llm": round(medians["pool"] / medians["ray_data_llm"], 4),
        "plain_batch_of_64_seconds": [measured["plain"]["batch"]["seconds"] for measured in rounds],
    }


def _speeds(name: str, rounds: list[dict[str, Any]]) -> list[float]:
    """Texts a second of one of them in each round."""
    return [round(measured[name]["texts"] / measured[name]["seconds"], 3) for measured in rounds]


def _pool(job: Job) -> dict[str, Any]:
    latest: dict[str, Any] = job.afresh()["latest_attempt"]
    return latest


def peer(name: str, job: Job, releases: str) -> dict[str, Any]:
    """What one of `PEERS` measures."""
    command = [sys.executable, "-m", f"benchmarks.explanations.{name}", str(job.folder / "texts"), releases]
    found = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=True)
    result: dict[str, Any] = json.loads(found.stdout.splitlines()[-1])
    return result


def one_batch(releases: str, run: Path) -> dict[str, Any]:
    """Seconds for 64 texts once the engine is up, as the job writes them: checked, and in a file."""
    report = Job(releases, run, "explain.users=64", "explain.items=1", "explain.block=64").afresh()
    latest: dict[str, Any] = report["latest_attempt"]
    return latest
