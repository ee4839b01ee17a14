"""Cost of the impression log: latency of lists with it against without, alternating in one run.

Two applications in this process, one with the log and one without, answer the same lists in turns, so what
else the machine does falls on both. No network and no Ray are between, so the log's share is the greatest.
"""

from __future__ import annotations

import asyncio
import json
import os
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import numpy as np

from benchmarks.serving.in_process import application
from benchmarks.serving.release import publish_synthetic
from palate.storage import Folder

ITEMS, USERS = 2_000, 500
ROUNDS, LISTS_A_ROUND = 20, 40
WARM_UP_ROUNDS = 2
RESAMPLES = 2000
CACHES_MB = {"made": 0, "remembered": 64}
"""Lists that are made anew each time, and lists that are remembered, of which the log is the greater part."""


def measured() -> dict[str, Any]:
    """Median latency with the log divided by that without, of lists that are made and that are remembered."""
    with tempfile.TemporaryDirectory(prefix="palate-bench-") as name:
        place = Path(name)
        place.chmod(0o755)
        releases = str(place / "releases")
        publish_synthetic(Folder(releases), place / "run", ITEMS, USERS, seed=1)
        found = {
            lists: asyncio.run(_compared(releases, place / "store", cache_mb))
            for lists, cache_mb in CACHES_MB.items()
        }
    return {
        "value": {lists: one["ratio"] for lists, one in found.items()},
        "trivial_rival": "the same application with impressions.retention_days=0, which logs nothing",
        "load": {"lists": ROUNDS * LISTS_A_ROUND, "at_once": 1, "k": 10, "catalogue": ITEMS},
        "found": found,
    }


async def _compared(releases: str, store: Path, cache_mb: int) -> dict[str, Any]:
    off = {"impressions": {"retention_days": 0}}
    async with (
        application(releases, store, cache_mb=cache_mb) as (logging, _),
        application(releases, store, cache_mb=cache_mb, **off) as (silent, _),
    ):
        clients = {"on": logging, "off": silent}
        seconds: dict[str, list[float]] = {name: [] for name in clients}
        for number in range(WARM_UP_ROUNDS + ROUNDS):
            # Whoever was first in one round is second in the next.
            for name in sorted(clients, reverse=bool(number % 2)):
                taken = await _round(clients[name])
                seconds[name] += taken if number >= WARM_UP_ROUNDS else []
        metrics = (await logging.get("/metrics")).text
    return _summary(seconds) | {"log": _counted(metrics), "machine_load": os.getloadavg()[0]}


async def _round(client: httpx.AsyncClient) -> list[float]:
    """Seconds of each list of a round, one after the other, for the same users each time."""
    taken = []
    for number in range(LISTS_A_ROUND):
        began = time.perf_counter()
        answer = await client.post("/v1/recommend", json={"user": f"u{number}", "k": 10})
        taken.append(time.perf_counter() - began)
        answer.raise_for_status()
    return taken


def _summary(seconds: Mapping[str, list[float]]) -> dict[str, Any]:
    by_round = {name: np.array(taken).reshape(ROUNDS, -1) for name, taken in seconds.items()}
    chance = np.random.default_rng(0)
    draws = [chance.integers(0, ROUNDS, ROUNDS) for _ in range(RESAMPLES)]
    ratios = [np.median(by_round["on"][draw]) / np.median(by_round["off"][draw]) for draw in draws]
    latencies = {
        f"{name}_p{level}_ms": round(1000 * float(np.percentile(taken, level)), 3)
        for name, taken in by_round.items()
        for level in (50, 99)
    }
    ratio = float(np.median(by_round["on"]) / np.median(by_round["off"]))
    interval = [round(float(end), 4) for end in np.percentile(ratios, [2.5, 97.5])]
    return {"ratio": round(ratio, 4), "interval_95": interval} | latencies


def _counted(metrics: str) -> dict[str, int]:
    """Lists written and dropped, as the endpoint's metrics tell."""
    lines = [line for line in metrics.splitlines() if line.startswith("palate_shown_lists_total")]
    return {line.split('"')[1]: int(float(line.split()[-1])) for line in lines}


if __name__ == "__main__":
    print(json.dumps(measured(), indent=1))
