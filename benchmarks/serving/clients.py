"""Clients that check every answer while something is done to the endpoint."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import aiohttp

RETRYABLE = {408, 429, 502, 503, 504}
CONNECTION_LOST = 0
"""Stands for the status of a request whose connection broke."""


@dataclass
class Tally:
    """What came of all requests."""

    requests: int = 0
    failed: Counter[int] = field(default_factory=Counter)
    """Requests without an answer of status 200, by status."""
    wrong: list[str] = field(default_factory=list)
    """Answers that were not what they must be."""
    acknowledged: set[str] = field(default_factory=set)
    """Ids of events that the endpoint said it had stored."""
    releases: Counter[str] = field(default_factory=Counter)
    """Lists by the release that they say they are of."""

    @property
    def failures(self) -> int:
        """Requests without an answer."""
        return sum(self.failed.values())

    @property
    def not_retryable(self) -> dict[int, int]:
        """Failures with a status that does not say that trying again may help, by status."""
        return {status: count for status, count in self.failed.items() if status not in RETRYABLE}


Expected = dict[str, list[list[str]]]
"""The items of each request's list, by release."""


class Clients:
    """A closed loop of mixed requests: lists for known histories, events, and lists after the events."""

    def __init__(self, url: str, bodies: list[dict[str, Any]], expected: Expected, prefix: str) -> None:
        """Take what is asked, and what each release must answer to it; event ids begin with `prefix`."""
        self._url, self._bodies, self._expected, self._prefix = url, bodies, expected, prefix
        self._numbers = itertools.count()
        self.tally = Tally()

    async def run(self, count: int, until: asyncio.Event) -> Tally:
        """So many clients, until the event is set."""
        timeout = aiohttp.ClientTimeout(total=15)
        async with aiohttp.ClientSession(timeout=timeout) as session:
            await asyncio.gather(*(self._client(session, client, until) for client in range(count)))
        return self.tally

    async def _client(self, session: aiohttp.ClientSession, client: int, until: asyncio.Event) -> None:
        user = f"{self._prefix}-user-{client}"
        version, clicked = 0, set[str]()
        while not until.is_set():
            number = next(self._numbers)
            await self._ask_anonymous(session, number % len(self._bodies))
            item = self._bodies[number % len(self._bodies)]["history"][0]
            acknowledged = await self._click(session, user, item, f"{self._prefix}-{number}")
            if acknowledged is not None:
                version = max(version, acknowledged)
                clicked.add(item)
            await self._ask_user(session, user, version, clicked)

    async def _ask_anonymous(self, session: aiohttp.ClientSession, place: int) -> None:
        answer = await self._post(session, "recommend", self._bodies[place])
        if answer is None:
            return
        release, items = answer["release"], [one["item"] for one in answer["items"]]
        self.tally.releases[release] += 1
        if items != self._expected[release][place]:
            self.tally.wrong.append(f"request {place} to {release}: {items}")

    async def _click(self, session: aiohttp.ClientSession, user: str, item: str, event: str) -> int | None:
        body = {"events": [{"id": event, "user": user, "item": item}]}
        answer = await self._post(session, "events", body)
        if answer is None:
            return None
        self.tally.acknowledged.add(event)
        return int(answer["versions"][user])

    async def _ask_user(
        self, session: aiohttp.ClientSession, user: str, version: int, clicked: set[str]
    ) -> None:
        answer = await self._post(session, "recommend", {"user": user, "k": 10})
        if answer is None:
            return
        self.tally.releases[answer["release"]] += 1
        again = clicked & {one["item"] for one in answer["items"]}
        if answer["version"] < version or again:
            self.tally.wrong.append(f"{user}: version {answer['version']} after {version}, again {again}")

    async def _post(self, session: aiohttp.ClientSession, path: str, body: dict[str, Any]) -> Any:
        self.tally.requests += 1
        try:
            async with session.post(f"{self._url}/v1/{path}", json=body) as response:
                if response.status == 200:
                    return await response.json()
                self.tally.failed[response.status] += 1
        except (aiohttp.ClientError, TimeoutError):
            self.tally.failed[CONNECTION_LOST] += 1
        await asyncio.sleep(0.05)  # as a client that tries again would
        return None


async def event_to_list_ms(
    url: str, items: list[str], per_second: float, seconds: float, prefix: str
) -> list[float]:
    """Milliseconds from an event's acknowledgement to a changed list, at a steady rate of events.

    Each event is of a user of its own, whose name begins with `prefix`.
    """
    found: list[float] = []
    users = [f"{prefix}-{number}" for number in range(int(per_second * seconds))]
    before: dict[str, Any] = {}

    async def post(session: aiohttp.ClientSession, path: str, body: dict[str, Any]) -> Any:
        async with session.post(f"{url}/v1/{path}", json=body) as response:
            return await response.json()

    async def one(session: aiohttp.ClientSession, user: str, item: str) -> None:
        event = {"id": user, "user": user, "item": item}
        stored = await post(session, "events", {"events": [event]})
        began = time.perf_counter()
        after = await post(session, "recommend", {"user": user, "k": 10})
        took = 1000 * (time.perf_counter() - began)
        if after["version"] != stored["versions"][user] or after["items"] == before[user]["items"]:
            raise AssertionError(f"the list of {user} did not move")
        found.append(took)

    async with aiohttp.ClientSession() as session:
        for user in users:
            before[user] = await post(session, "recommend", {"user": user, "k": 10})
        async with asyncio.TaskGroup() as group:
            for number, user in enumerate(users):
                group.create_task(one(session, user, items[number % len(items)]))
                await asyncio.sleep(1 / per_second)
    return found
