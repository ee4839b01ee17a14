"""Autoscaling: every stage of the graph gains a copy under eight times the load, and loses it afterwards.

`palate serve` in graph mode answers one client, then eight, then one again. Every second the copies of
each deployment are counted, as the processes that they are. The figure is the share of requests that failed.
The endpoint and the clients share one machine: further copies cannot make it faster than its two cores.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psutil

from benchmarks.scale.results import record
from benchmarks.serving.processes import loaded, palate_endpoint, replicas
from benchmarks.serving.release import publish_synthetic
from palate.storage import Folder

ITEMS, USERS = 5_000, 2_000
STAGES = ("Gateway", "Encoder", "Retriever-1", "Retriever-2", "Reranker")
PHASES = (("before", 1, 20), ("under load", 8, 60), ("afterwards", 1, 75))
"""Name, clients, seconds."""
SETTINGS = (
    "max_batches_in_flight=4",
    "cache_mb=0",  # every list is made anew
    *(
        f"{stage}.{setting}"
        for stage in ("gateway", "encoder", "retriever", "reranker")
        for setting in ("max_replicas=2", "upscale_delay_s=8", "downscale_delay_s=12")
    ),
    "gateway.target_ongoing=3",
)


class CopiesCounted(threading.Thread):
    """Counts the copies of each deployment once a second, until it is stopped."""

    def __init__(self, endpoint: psutil.Process) -> None:
        super().__init__(daemon=True)
        self._endpoint, self._stopped = endpoint, threading.Event()
        self._began = time.monotonic()
        self.seen: list[dict[str, float]] = []

    def run(self) -> None:
        """Count."""
        while not self._stopped.wait(1.0):
            counts = {stage: len(replicas(self._endpoint, stage)) for stage in STAGES}
            self.seen.append({"second": round(time.monotonic() - self._began), **counts})

    def stop(self) -> None:
        """Count no more."""
        self._stopped.set()
        self.join()


def changes(seen: list[dict[str, float]]) -> list[dict[str, float]]:
    """The first count, and each that differs from the one before."""
    without_time = [{name: count for name, count in one.items() if name != "second"} for one in seen]
    return [one for row, one in enumerate(seen) if row == 0 or without_time[row] != without_time[row - 1]]


def measure() -> None:
    """Measure and record."""
    with TemporaryDirectory(prefix="palate-scale-") as name:
        place = Path(name)
        place.chmod(0o755)
        releases = Folder(str(place / "releases"))
        publish_synthetic(releases, place / "work", ITEMS, USERS, seed=0)
        bodies = place / "bodies"
        bodies.write_text("\n".join(json.dumps({"user": f"u{n:05d}", "k": 10}) for n in range(USERS)))
        phases: dict[str, Any] = {}
        with palate_endpoint(releases.uri, place / "store", "graph", SETTINGS) as (url, process):
            counted = CopiesCounted(process)
            counted.start()
            for phase, clients, seconds in PHASES:
                phases[phase] = loaded(f"{url}/v1/recommend", clients, seconds, bodies)
                print(phase, phases[phase], file=sys.stderr, flush=True)
            counted.stop()
    failed = sum(one["requests"] - one["statuses"].get("200", 0) for one in phases.values())
    found = {
        "value": failed / sum(one["requests"] for one in phases.values()),
        "failed": failed,
        "phases": phases,
        "copies": changes(counted.seen),
    }
    record("autoscale_failed_requests", found, "python -m benchmarks.scale autoscaling")
