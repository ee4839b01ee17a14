"""Events that name their lists: how many a second an endpoint takes beside lists, and whether any is lost.

`palate serve` on this machine, with its clients and its PostgreSQL. An open loop sends events in requests of
ten; first without lists, which is the rival, then with the lists that were answered a moment before. What was
acknowledged is compared with what the store holds, and with what the report counts for a list.
"""

from __future__ import annotations

import asyncio
import json
import os
import tempfile
import time
from functools import cache
from pathlib import Path
from typing import Any

import aiohttp
import asyncpg
import numpy as np

from benchmarks.serving.processes import palate_endpoint
from benchmarks.serving.release import publish_synthetic
from palate.online import store_at
from palate.storage import Folder

ITEMS, USERS = 2_000, 500
SECONDS = 20
EVENTS_A_SECOND, EVENTS_A_REQUEST, LISTS_A_SECOND = 1000, 10, 20
SETTLE_S = 2.0
"""For lists that wait to be written."""


class EventClients:
    """What sends events and asks for lists at one endpoint, and what came back."""

    def __init__(self, url: str, session: aiohttp.ClientSession, phase: str) -> None:
        self._url, self._session, self._phase = url, session, phase
        self._chance = np.random.default_rng(0)
        self._lists: list[tuple[str, str, list[str]]] = []
        self.seconds: list[float] = []
        self.list_seconds: list[float] = []
        self.acknowledged: list[str] = []
        """Ids of events."""
        self.named = self.failed = 0

    async def list(self) -> None:
        """Ask for a user's list, which events may name from then on."""
        user = f"u{self._chance.integers(USERS)}"
        began = time.perf_counter()
        async with self._session.post(f"{self._url}/v1/recommend", json={"user": user, "k": 10}) as response:
            answer = await response.json()
            if response.status != 200:
                self.failed += 1
                return
        self.list_seconds.append(time.perf_counter() - began)
        self._lists.append((answer["list"], user, [place["item"] for place in answer["items"]]))

    async def send(self, number: int) -> None:
        """Send a request of events."""
        events = [self._event(number * EVENTS_A_REQUEST + place) for place in range(EVENTS_A_REQUEST)]
        began = time.perf_counter()
        async with self._session.post(f"{self._url}/v1/events", json={"events": events}) as response:
            await response.read()
            if response.status != 200:
                self.failed += EVENTS_A_REQUEST
                return
        self.seconds.append(time.perf_counter() - began)
        self.acknowledged += [event["id"] for event in events]
        self.named += sum("list" in event for event in events)

    def _event(self, number: int) -> dict[str, Any]:
        id_ = f"{self._phase}-{number}"
        if not self._lists:
            return {"id": id_, "user": f"u{number % USERS}", "item": "nothing", "kind": "view"}
        list_id, user, items = self._lists[self._chance.integers(len(self._lists))]
        event = {"id": id_, "user": user, "item": items[self._chance.integers(len(items))]}
        return event | {"list": list_id} if self._phase == "named" else event


def measured() -> dict[str, Any]:
    """Events a second that were acknowledged with the lists that they came from."""
    found = _found()
    return {
        "value": found["named"]["events_per_s"],
        "trivial_rival": "the same events without lists, sent just before (`plain`)",
        "load": {
            "events_per_s": EVENTS_A_SECOND,
            "events_a_request": EVENTS_A_REQUEST,
            "lists_per_s": LISTS_A_SECOND,
            "seconds": SECONDS,
        },
        "found": found,
    }


def measured_lost() -> dict[str, Any]:
    """Of both kinds of events, those that were acknowledged and that the store lacks."""
    found = _found().values()
    return {
        "value": sum(phase["lost_events"] for phase in found),
        "acknowledged": sum(phase["acknowledged"] for phase in found),
        "how": "acknowledged events of both phases of events_per_s that the store does not have afterwards",
    }


@cache
def _found() -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="palate-bench-") as name:
        place = Path(name)
        place.chmod(0o755)
        releases = str(place / "releases")
        publish_synthetic(Folder(releases), place / "run", ITEMS, USERS, seed=1)
        store = place / "store"
        with palate_endpoint(releases, store, "fused") as (url, _), store_at(str(store)) as store_url:
            return {phase: asyncio.run(_phase(url, store_url, phase)) for phase in ("plain", "named")}


async def _phase(url: str, store_url: str, phase: str) -> dict[str, Any]:
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=200)) as session:
        clients = EventClients(url, session, phase)
        for _ in range(LISTS_A_SECOND):
            await clients.list()
        began = time.perf_counter()
        await _offered(clients)
        taken = time.perf_counter() - began
    await asyncio.sleep(SETTLE_S)
    p50, p99 = np.percentile(clients.seconds, [50, 99]).tolist()
    return {
        "events_per_s": round(len(clients.acknowledged) / taken, 1),
        "acknowledged": len(clients.acknowledged),
        "failed": clients.failed,
        "acknowledged_p50_ms": round(1000 * p50, 1),
        "acknowledged_p99_ms": round(1000 * p99, 1),
        "list_p50_ms": round(1000 * float(np.percentile(clients.list_seconds, 50)), 1),
        "list_p99_ms": round(1000 * float(np.percentile(clients.list_seconds, 99)), 1),
        "machine_load": os.getloadavg()[0],
        **await _held(store_url, clients),
    }


async def _offered(clients: EventClients) -> None:
    """An open loop: everything is sent at its time, whether or not what came before is answered."""
    requests = EVENTS_A_SECOND // EVENTS_A_REQUEST
    sends = [_at(number / requests, clients.send, number) for number in range(SECONDS * requests)]
    lists = [_at(number / LISTS_A_SECOND, clients.list) for number in range(SECONDS * LISTS_A_SECOND)]
    await asyncio.gather(*sends, *lists)


async def _at(seconds: float, work: Any, *arguments: Any) -> None:
    await asyncio.sleep(seconds)
    await work(*arguments)


async def _held(store_url: str, clients: EventClients) -> dict[str, int]:
    """Acknowledged events that the store lacks, and events whose list it lacks."""
    connection = await asyncpg.connect(store_url)
    try:
        held = await connection.fetchval(
            "SELECT count(*) FROM palate_events WHERE id = ANY ($1)", clients.acknowledged, timeout=60
        )
        attributed = await connection.fetchval(
            "SELECT count(*) FROM palate_events AS e JOIN palate_lists AS l ON l.id = e.list "
            "WHERE e.id = ANY ($1) AND l.user_id = e.user_id",
            clients.acknowledged,
            timeout=60,
        )
    finally:
        await connection.close()
    return {
        "lost_events": len(clients.acknowledged) - held,
        "named_but_list_unknown": clients.named - attributed,
    }


if __name__ == "__main__":
    print(json.dumps(measured(), indent=1))
