"""Requests a second and their times: Palate in both modes, the peer, and the stages as plain functions."""

from __future__ import annotations

import json
import statistics
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.serving.processes import loaded, palate_endpoint, plain_endpoint
from benchmarks.serving.release import EVENTS, item_id
from palate.data.histories import History
from palate.recommender.artefacts import Artefacts
from palate.recommender.query import Query
from palate.recommender.recommender import Recommender
from palate.release import verified_release
from palate.storage import Folder

CONCURRENCY = (1, 8, 32)
ROUNDS = 3
SECONDS = 6.0

SETTINGS = {
    "Ray Serve's defaults": ("0", "0"),
    "throughput": ("1", "0"),
    "HAProxy": ("0", "1"),
    "throughput and HAProxy": ("1", "1"),
}


def write_bodies(place: Path, items: int, count: int = 500) -> Path:
    """Requests for people without an id, each with a history of its own, so that nothing is remembered."""
    chance = np.random.default_rng(7)
    histories = [[item_id(int(item)) for item in chance.integers(0, items, EVENTS)] for _ in range(count)]
    place.write_text("\n".join(json.dumps({"history": history, "k": 10}) for history in histories))
    return place


def functions(releases: str, bodies: Path) -> dict[str, float]:
    """Median milliseconds of the stages as functions of this process, one request after the other."""
    recommender = Recommender(Artefacts.of(verified_release(Folder(releases))))
    recommender.warm()
    queries = [query_of(recommender, json.loads(line)) for line in bodies.read_text().splitlines()[:200]]
    took: list[tuple[float, ...]] = []
    for query in queries:
        began = time.perf_counter()
        stages = recommender.answer([query]).stage_timings
        took.append((1000 * (time.perf_counter() - began), *stages))
    names = ("p50_ms", "encode_ms", "retrieve_ms", "rank_ms")
    return dict(zip(names, np.median(np.array(took), axis=0).round(2).tolist(), strict=True))


def against_plain(releases: str, store: Path, mode: str, bodies: Path) -> dict[str, Any]:
    """Palate and the peer in turn, `ROUNDS` times for each number of clients; medians over the rounds."""
    rounds: dict[str, dict[int, list[dict[str, Any]]]] = {mode: {}, "plain": {}}
    with palate_endpoint(releases, store, mode) as (url, _), plain_endpoint(releases) as plain:
        targets = {mode: f"{url}/v1/recommend", "plain": f"{plain}/recommend"}
        for target in targets.values():
            loaded(target, 8, 3.0, bodies)
        for concurrency in CONCURRENCY:
            for _ in range(ROUNDS):
                for name, target in targets.items():
                    found = loaded(target, concurrency, SECONDS, bodies)
                    rounds[name].setdefault(concurrency, []).append(found)
    return {name: [_median(found) for found in each.values()] for name, each in rounds.items()}


def settings(releases: str, store: Path, mode: str, bodies: Path) -> dict[str, Any]:
    """One and eight clients under each of Ray Serve's settings."""
    found = {}
    for name, (throughput, haproxy) in SETTINGS.items():
        chosen = {"RAY_SERVE_THROUGHPUT_OPTIMIZED": throughput, "RAY_SERVE_ENABLE_HA_PROXY": haproxy}
        with palate_endpoint(releases, store, mode, environment=chosen) as (url, _):
            loaded(f"{url}/v1/recommend", 8, 3.0, bodies)
            found[name] = [loaded(f"{url}/v1/recommend", clients, SECONDS, bodies) for clients in (1, 8)]
    return found


def query_of(recommender: Recommender, body: dict[str, Any]) -> Query:
    """What a request's body asks the stages for."""
    items = recommender.catalogue.indices(body["history"])
    return Query(History(items, np.arange(len(items), dtype=np.int64)), body["k"])


def _median(rounds: list[dict[str, Any]]) -> dict[str, Any]:
    numbers = ("per_second", "p50_ms", "p95_ms", "p99_ms")
    middle = {name: round(statistics.median(one[name] for one in rounds), 2) for name in numbers}
    statuses: dict[str, int] = {}
    for one in rounds:
        for status, count in one["statuses"].items():
            statuses[status] = statuses.get(status, 0) + count
    return {"concurrency": rounds[0]["concurrency"], **middle, "statuses": statuses}
