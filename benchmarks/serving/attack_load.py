"""Lists and events asked for without a pause while something is killed, every answer noted."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import aiohttp

CLIENTS = 3
PAUSE_S = 0.02
BEFORE_S = 1.0
CONNECTION_LOST = 0
"""Stands for the status of a request whose connection broke."""


@dataclass
class Load:
    """What came of all requests."""

    killed_at: float = 0.0
    answers: list[tuple[str, float, int]] = field(default_factory=list)
    """Kind, seconds (monotonic) of the answer, status."""
    degraded: int = 0
    acknowledged: set[str] = field(default_factory=set)

    def count(self, kind: str) -> int:
        """Requests of this kind."""
        return sum(one == kind for one, _, _ in self.answers)

    def failed(self, kind: str) -> int:
        """Those without an answer of status 200."""
        return sum(one == kind and status != 200 for one, _, status in self.answers)

    def statuses(self, kind: str) -> Counter[int]:
        """Failures by status; 0 is a broken connection."""
        return Counter(status for one, _, status in self.answers if one == kind and status != 200)

    def recover_s(self, kind: str) -> float | None:
        """Seconds from the kill to the first good answer after the last failure.

        0 if nothing failed, None if nothing was well after it.
        """
        failures = [when for one, when, status in self.answers if one == kind and status != 200]
        if not failures:
            return 0.0
        good = [when for one, when, status in self.answers if one == kind and status == 200]
        after = [when for when in good if when > max(failures)]
        return round(min(after) - self.killed_at, 2) if after else None


async def under_load(url: str, item: str, kill: Callable[[], None], seconds: float) -> Load:
    """Clients for lists and for events; `kill` after a second, and then for so many seconds more."""
    load, over = Load(), asyncio.Event()
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=30)) as session:
        clients = [_lists(session, url, client, load=load, over=over) for client in range(CLIENTS)]
        clients += [_events(session, url, item, load=load, over=over)]
        running = asyncio.gather(*clients)
        await asyncio.sleep(BEFORE_S)
        load.killed_at = time.monotonic()
        await asyncio.to_thread(kill)
        await asyncio.sleep(seconds)
        over.set()
        await running
    return load


async def _lists(
    session: aiohttp.ClientSession, url: str, client: int, load: Load, over: asyncio.Event
) -> None:
    for number in itertools.count(client, CLIENTS):  # a seed of its own, so that no list is remembered
        if over.is_set():
            return
        answer = await _post(
            session, f"{url}/v1/recommend", {"user": f"u{number % 50}", "k": 5, "seed": number}, load, "lists"
        )
        load.degraded += bool(answer and answer["degraded"])
        await asyncio.sleep(PAUSE_S)


async def _events(
    session: aiohttp.ClientSession, url: str, item: str, load: Load, over: asyncio.Event
) -> None:
    while not over.is_set():
        event = {"id": uuid4().hex, "user": "attacked", "item": item}
        if await _post(session, f"{url}/v1/events", {"events": [event]}, load, "events"):
            load.acknowledged.add(event["id"])
        await asyncio.sleep(PAUSE_S)


async def _post(session: aiohttp.ClientSession, url: str, body: Any, load: Load, kind: str) -> Any:
    answer, status = None, CONNECTION_LOST
    try:
        async with session.post(url, json=body) as response:
            status = response.status
            answer = await response.json() if status == 200 else None
    except (aiohttp.ClientError, TimeoutError):
        status = CONNECTION_LOST
    load.answers.append((kind, time.monotonic(), status))
    return answer
