"""New items: how long after its acknowledgement an item is on a list, in both modes, under load.

Items are put one at a time beside lists for anonymous histories. Some items are watched: each has a year of
its own, and a list that is narrowed to that year is asked for again and again until the item is on it.
"""

from __future__ import annotations

import asyncio
import json
import os
import tempfile
import time
from pathlib import Path
from typing import Any, NamedTuple

import aiohttp
import numpy as np

from benchmarks.serving.processes import palate_endpoint
from benchmarks.serving.release import item_id, publish_synthetic
from palate.storage import Folder

ITEMS, USERS = 2_000, 500
SECONDS = 15
WARM_UP_S = 3.0


class Load(NamedTuple):
    """What is asked of an endpoint each second."""

    items: int
    lists: int
    watched: int


LIGHT, ASKED = Load(10, 5, 2), Load(100, 50, 2)
"""What a machine can do that is busy with other things; and what the figure is of."""
LOOK_S = 0.05
"""Between two looks for a watched item, which is how exact the figure is."""
POLL_S = 0.5
"""`items.poll_s`, the default: less than a whole one cannot be had for every item."""
GIVE_UP_S = 60.0
FIRST_YEAR = 10_000
"""No item of the release is of such a year."""
KINDS = ("Comedy", "Drama", "Horror", "Documentary", "Western")


class Clients:
    """What asks one endpoint, and what came back."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self._url, self._session = url, session
        self._chance = np.random.default_rng(0)
        self.waits: list[float] = []
        self.acknowledged: list[float] = []
        self.lists: list[float] = []
        self.failed = self.given_up = 0

    async def put(self, number: int, watch: bool) -> None:
        """Put an item, and watch for it on a list if it is one of those."""
        began = time.perf_counter()
        year = FIRST_YEAR + number
        title = f"New item {number} about matter {number * 7919 % 1000}"
        fields = {"genres": KINDS[number % len(KINDS)], "year": year}
        item = {"item": f"new-{number}", "title": title, "fields": fields}
        if await self._asked("/v1/items", {"items": [item]}) is None:
            return
        acknowledged = time.perf_counter()
        self.acknowledged.append(acknowledged - began)
        if watch:
            await self._watch(f"new-{number}", year, acknowledged)

    async def list(self) -> None:
        """Ask for a list of an anonymous history."""
        began = time.perf_counter()
        history = [item_id(int(index)) for index in self._chance.integers(0, ITEMS, 20)]
        if await self._asked("/v1/recommend", {"history": history, "k": 10}) is not None:
            self.lists.append(time.perf_counter() - began)

    async def _watch(self, item: str, year: int, since: float) -> None:
        narrowed = {"ranges": [{"column": "date", "min": year, "max": year}]}
        body = {"history": [item_id(1)], "k": 5, "filters": narrowed}
        while time.perf_counter() - since < GIVE_UP_S:
            answer = await self._asked("/v1/recommend", body)
            if answer is not None and [place["item"] for place in answer["items"]] == [item]:
                self.waits.append(time.perf_counter() - since)
                return
            await asyncio.sleep(LOOK_S)
        self.given_up += 1

    async def _asked(self, path: str, body: dict[str, Any]) -> dict[str, Any] | None:
        async with self._session.post(f"{self._url}{path}", json=body) as response:
            if response.status == 200:
                found: dict[str, Any] = await response.json()
                return found
            self.failed += 1
            return None


def measured() -> dict[str, Any]:
    """Seconds from acknowledgement to first list, in both modes."""
    with tempfile.TemporaryDirectory(prefix="palate-bench-") as name:
        place = Path(name)
        place.chmod(0o755)
        releases = str(place / "releases")
        publish_synthetic(Folder(releases), place / "run", ITEMS, USERS, seed=1)
        modes = {mode: _of_mode(releases, place / f"store-{mode}", mode) for mode in ("fused", "graph")}
    return {
        "value": {mode: found["asked"]["p99_s"] for mode, found in modes.items()},
        "value_light": {mode: found["light"]["p99_s"] for mode, found in modes.items()},
        "trivial_bound_s": POLL_S,
        "trivial_bound": "the poll interval (items.poll_s): an item that is acknowledged right after a look",
        "loads_per_s": {"light": LIGHT._asdict(), "asked": ASKED._asdict()},
        "setting": {"seconds": SECONDS, "catalogue": ITEMS, "look_s": LOOK_S},
        "found": modes,
    }


def _of_mode(releases: str, store: Path, mode: str) -> dict[str, Any]:
    with palate_endpoint(releases, store, mode, [f"items.poll_s={POLL_S}"]) as (url, _):
        asyncio.run(_loaded(url, LIGHT, first=-1_000, seconds=WARM_UP_S))
        light = asyncio.run(_loaded(url, LIGHT, first=0, seconds=SECONDS))
        asked = asyncio.run(_loaded(url, ASKED, first=LIGHT.items * SECONDS, seconds=SECONDS))
    return {"light": light, "asked": asked}


async def _loaded(url: str, load: Load, first: int, seconds: float) -> dict[str, Any]:
    """What came of a load; the load average of before says how much of the machine others had."""
    before = round(os.getloadavg()[0], 1)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=200)) as session:
        clients = Clients(url, session)
        await _offered(clients, load, first, seconds)
    return {"load_average_before": before} | _summary(clients)


async def _offered(clients: Clients, load: Load, first: int, seconds: float) -> None:
    """An open loop: everything is asked at its time, whether or not what came before is answered."""
    every = load.items // load.watched
    puts = [
        _at(number / load.items, clients.put(first + number, watch=number % every == 0))
        for number in range(int(seconds * load.items))
    ]
    lists = [_at(number / load.lists, clients.list()) for number in range(int(seconds * load.lists))]
    await asyncio.gather(*puts, *lists)


async def _at(seconds: float, work: Any) -> None:
    await asyncio.sleep(seconds)
    await work


def _summary(clients: Clients) -> dict[str, Any]:
    p50, p99 = np.percentile(clients.waits, [50, 99]).tolist() if clients.waits else (None, None)
    return {
        "p50_s": p50 and round(p50, 3),
        "p99_s": p99 and round(p99, 3),
        "watched": len(clients.waits),
        "given_up": clients.given_up,
        "put": len(clients.acknowledged),
        "failed": clients.failed,
        "acknowledged_p99_ms": round(1000 * float(np.percentile(clients.acknowledged, 99)), 1),
        "list_p50_ms": round(1000 * float(np.percentile(clients.lists, 50)), 1),
        "list_p99_ms": round(1000 * float(np.percentile(clients.lists, 99)), 1),
    }


if __name__ == "__main__":
    print(json.dumps(measured(), indent=1))
