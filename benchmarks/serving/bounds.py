"""What must stay bounded: memory under mixed requests, and others' times beside a user with many events."""

from __future__ import annotations

import asyncio
import gc
import itertools
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import psutil

from benchmarks.serving.in_process import application
from benchmarks.serving.release import EVENTS, item_id
from palate.online import LiveEvent, PostgresStore

WARM_UP, REQUESTS = 5_000, 20_000
CLIENTS = 8
CACHE_MB = 8
"""So small that the caches are full when measuring begins: what they hold is bounded, and no growth."""
HEAVY_EVENTS = 200_000
SECONDS = 20.0

Ask = Callable[[httpx.AsyncClient, int], Awaitable[httpx.Response]]


def growth(releases: str, store: Path, items: int, users: int) -> dict[str, Any]:
    """Resident memory of the process before and after the requests."""
    return asyncio.run(_growth(releases, store, items, users))


def beside_a_heavy_user(releases: str, store: Path, items: int) -> dict[str, Any]:
    """Times of anonymous lists, alone and while another client tells of and asks for the heavy user."""
    return asyncio.run(_beside_a_heavy_user(releases, store, items))


async def _growth(releases: str, store: Path, items: int, users: int) -> dict[str, Any]:
    async with application(releases, store, cache_mb=CACHE_MB) as (client, _):
        mixed = _Mixed(items, users)
        await _ask_all(client, mixed.ask, WARM_UP)
        before = _resident()
        await _ask_all(client, mixed.ask, REQUESTS)
        after = _resident()
    return {
        "warm_up_requests": WARM_UP,
        "requests": REQUESTS,
        "rss_before_bytes": before,
        "rss_after_bytes": after,
        "rss_growth_bytes": after - before,
        "statuses": {str(status): count for status, count in sorted(mixed.statuses.items())},
    }


class _Mixed:
    """Requests of every kind, some of them wrong, for users known and made up, no two the same for long."""

    def __init__(self, items: int, users: int) -> None:
        self._items, self._users = items, users
        self._chance = np.random.default_rng(11)
        self.statuses: dict[int, int] = {}

    async def ask(self, client: httpx.AsyncClient, number: int) -> httpx.Response:
        response = await self._send(client, number)
        self.statuses[response.status_code] = self.statuses.get(response.status_code, 0) + 1
        return response

    def _send(self, client: httpx.AsyncClient, number: int) -> Awaitable[httpx.Response]:
        user, item = self._user(), item_id(int(self._chance.integers(self._items)))
        match number % 10:
            case 0 | 1 | 2:
                return client.post("/v1/recommend", json={"user": user, "k": 10})
            case 3:
                return client.post("/v1/recommend", json={"history": [item, f"none-{number}"], "k": 10})
            case 4:
                rules = {"allow": f"Comedy or made-up-{number}", "boosts": [{"match": "Drama", "factor": 2}]}
                return client.post("/v1/recommend", json={"user": user, "filters": rules})
            case 5 | 6:
                event = {"id": f"e{number}", "user": user, "item": item}
                return client.post("/v1/events", json={"events": [event]})
            case 7:
                return client.post("/v1/similar", json={"item": item})
            case 8:
                return client.get(f"/v1/users/{user}")
            case _:
                return client.get(f"/v1/items/none-{number}")

    def _user(self) -> str:
        number = int(self._chance.integers(2 * self._users))
        return f"u{number:05d}" if number < self._users else f"stranger-{self._chance.integers(10**9)}"


async def _ask_all(client: httpx.AsyncClient, ask: Ask, count: int) -> None:
    numbers = itertools.count(time.time_ns())

    async def one_client() -> None:
        for _ in range(count // CLIENTS):
            await ask(client, next(numbers))

    await asyncio.gather(*(one_client() for _ in range(CLIENTS)))


def _resident() -> int:
    gc.collect()
    return int(psutil.Process().memory_info().rss)


async def _beside_a_heavy_user(releases: str, store: Path, items: int) -> dict[str, Any]:
    async with application(releases, store) as (client, opened):
        await _fill(opened, items)
        alone = await _p99(client, items)
        async with _busy(client, "light", items):
            beside_light = await _p99(client, items)
        async with _busy(client, "heavy", items):
            beside_heavy = await _p99(client, items)
    return {
        "heavy_events": HEAVY_EVENTS,
        "p99_ms_alone": round(alone, 2),
        "p99_ms_beside_a_light_user": round(beside_light, 2),
        "p99_ms_beside_the_heavy_user": round(beside_heavy, 2),
    }


async def _fill(store: PostgresStore, items: int) -> None:
    """Tell of everything that the heavy user did."""
    for first in range(0, HEAVY_EVENTS, 1000):
        await store.append(
            [
                LiveEvent(
                    f"h{number}", "heavy", item_id(number % items), kind="click", value=1.0, time=number
                )
                for number in range(first, first + 1000)
            ]
        )


@asynccontextmanager
async def _busy(client: httpx.AsyncClient, user: str, items: int) -> AsyncIterator[None]:
    """Somebody does something and asks for a list, again and again."""

    async def act() -> None:
        for number in itertools.count(time.time_ns()):
            event = {"id": f"b{number}", "user": user, "item": item_id(number % items)}
            (await client.post("/v1/events", json={"events": [event]})).raise_for_status()
            (await client.post("/v1/recommend", json={"user": user, "k": 10})).raise_for_status()

    task = asyncio.create_task(act())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _p99(client: httpx.AsyncClient, items: int) -> float:
    """Milliseconds of lists for new histories, one after the other."""
    chance, took = np.random.default_rng(13), []
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        history = [item_id(int(item)) for item in chance.integers(0, items, EVENTS)]
        began = time.perf_counter()
        (await client.post("/v1/recommend", json={"history": history, "k": 10})).raise_for_status()
        took.append(1000 * (time.perf_counter() - began))
    return float(np.percentile(took, 99))
