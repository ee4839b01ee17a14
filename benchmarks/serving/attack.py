"""The endpoint under attack: `python -m benchmarks.serving.attack`, about 6 minutes on two cores.

A graph with one copy of each deployment, as `palate serve --mode graph` starts it, on a small synthetic
release: requests that nobody means well, the store killed, every part killed in turn, and clients that never
finish. Writes its keys into `results.json` beside this file; `--only PART ...` repeats some parts.
"""

from __future__ import annotations

import argparse
import asyncio
import socket
import tempfile
import time
import urllib.request
from collections.abc import Callable
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import psutil
import schemathesis
from hypothesis import HealthCheck, given, settings

from benchmarks.serving.attack_load import under_load
from benchmarks.serving.disturbances import lost_events
from benchmarks.serving.processes import palate_endpoint
from benchmarks.serving.release import item_id, publish_synthetic
from benchmarks.serving.results import write_part
from benchmarks.where import where
from palate.storage import Folder

ITEMS, USERS = 300, 200
EXAMPLES = 25
"""Requests to each operation of the API."""
AFTER_S = 25.0
"""How long clients go on after a kill; a part that is not back by then has not recovered."""
STORE_SECONDS = 15.0
SLOW_CLIENTS = 4_200
PARTS = {
    "Gateway": "ServeReplica:palate:Gateway",
    "Encoder": "ServeReplica:palate:Encoder",
    "Retriever": "ServeReplica:palate:Retriever-1",
    "Reranker": "ServeReplica:palate:Reranker",
    "HAProxy": "haproxy -db",
    "controller": "ServeController",
}
"""What is killed in turn, by a word of its command line."""


class Target(NamedTuple):
    """An endpoint that runs."""

    url: str
    process: psutil.Process
    store: Path


def main() -> None:
    """Attack, and write after every part."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="+", metavar="PART", choices=ATTACKS, default=list(ATTACKS))
    wanted = parser.parse_args().only
    with tempfile.TemporaryDirectory(prefix="palate-attack-") as place:
        Path(place).chmod(0o755)
        releases, store = Path(place) / "releases", Path(place) / "store"
        publish_synthetic(Folder(str(releases)), Path(place) / "run", ITEMS, USERS, seed=1)
        here = where(Path(__file__).parent)
        with palate_endpoint(str(releases), store, "graph") as (url, process):
            for name in wanted:
                print(f"{name} ...", flush=True)
                found = ATTACKS[name](Target(url, process, store))
                write_part(f"attack_{name}", here, found, command="python -m benchmarks.serving.attack")


def requests(target: Target) -> dict[str, Any]:
    """Requests made from the API's own description, many of them wrong; counts answers of 500 and above."""
    statuses: list[tuple[str, int]] = []
    for operation in schemathesis.openapi.from_url(f"{target.url}/openapi.json").get_all_operations():

        @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
        @given(case=operation.ok().as_strategy())
        def send(case: schemathesis.Case) -> None:
            statuses.append((case.operation.label, case.call(timeout=60).status_code))

        send()
    failed = [f"{label}: {status}" for label, status in statuses if status >= 500]
    return {"attack_requests": len(statuses), "attack_5xx": len(failed), "examples": sorted(set(failed))[:10]}


def store(target: Target) -> dict[str, Any]:
    """The embedded server and all its children killed under lists and events."""

    def kill() -> None:
        server = psutil.Process(int((target.store / "data" / "postmaster.pid").read_text().split()[0]))
        for process in (server, *server.children(recursive=True)):
            with suppress(psutil.NoSuchProcess):
                process.kill()

    load = asyncio.run(under_load(target.url, item_id(0), kill, STORE_SECONDS))
    return {
        "store_kill_recover_s": load.recover_s("events"),
        "store_kill_lists": load.count("lists"),
        "store_kill_failed_lists": load.failed("lists"),
        "store_kill_degraded_lists": load.degraded,
        "store_kill_refused_events": load.statuses("events"),
        "lost_events_under_attack": asyncio.run(lost_events(target.store, load.acknowledged)),
        "acknowledged_events": len(load.acknowledged),
    }


def replicas(target: Target) -> dict[str, Any]:
    """One part after the other killed under lists and events."""
    found: dict[str, Any] = {}
    lost = 0
    for name, word in PARTS.items():
        load = asyncio.run(under_load(target.url, item_id(1), lambda w=word: _kill(target, w), AFTER_S))
        found[f"{name}_failed_requests"] = load.failed("lists") + load.failed("events")
        found[f"{name}_statuses"] = load.statuses("lists") + load.statuses("events")
        recovered = [load.recover_s(kind) for kind in ("lists", "events")]
        found[f"{name}_recover_s"] = None if None in recovered else max(filter(None, recovered), default=0.0)
        found[f"{name}_requests"] = load.count("lists") + load.count("events")
        lost += asyncio.run(lost_events(target.store, load.acknowledged))
    return found | {"lost_events": lost}


def slow(target: Target) -> dict[str, Any]:
    """Clients that begin their headers and never end them; how long somebody else then waits."""
    address = urlsplit(target.url)
    with ExitStack() as stack:
        opened = 0
        for _ in range(SLOW_CLIENTS):
            with suppress(OSError):
                client = socket.create_connection((address.hostname or "", address.port or 0), 5)
                stack.enter_context(closing(client)).sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX-")
                opened += 1
        waited = _first_answer_s(f"{target.url}/healthz")
    return {"slow_clients": opened, "slow_clients_wait_s": waited}


def _first_answer_s(url: str) -> float:
    began = time.monotonic()
    while time.monotonic() - began < 120:
        with suppress(OSError), urllib.request.urlopen(url, timeout=30):
            return round(time.monotonic() - began, 2)
        time.sleep(0.05)
    return float("inf")


def _kill(target: Target, word: str) -> None:
    for process in target.process.children(recursive=True):
        with suppress(psutil.Error):
            if word in " ".join(process.cmdline()):
                process.kill()
                return
    raise RuntimeError(f"There is no process with {word!r}")


ATTACKS: dict[str, Callable[[Target], dict[str, Any]]] = {
    "requests": requests,
    "store": store,
    "replicas": replicas,
    "slow": slow,
}


if __name__ == "__main__":
    main()
