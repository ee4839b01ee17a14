"""The store's monitor: what it makes of a store that answers, refuses, or says nothing at all."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest

from palate.online import StoreUnavailable
from palate.online import monitor as monitor_module
from palate.online.monitor import StoreMonitor
from palate.online.postgres.database import Database


class Scripted:
    """Answers as the script says."""

    def __init__(self) -> None:
        self.away: StoreUnavailable | None = None
        self.silence = asyncio.Event()
        self.silence.set()
        self.asked = 0

    async def rows(self, sql: str) -> list[Any]:
        self.asked += 1
        await self.silence.wait()
        if self.away:
            raise self.away
        return [(1,)]


def test_a_store_that_goes_and_comes_back_is_followed() -> None:
    async def body() -> None:
        database = Scripted()
        monitor = StoreMonitor(cast("Database", database))
        await monitor.check()
        assert monitor.problem is None
        database.away = StoreUnavailable("nobody there")
        await monitor.check()
        assert monitor.problem == "nobody there"
        database.away = None
        await monitor.check()
        assert monitor.problem is None

    asyncio.run(body())


def test_what_a_request_has_found_counts_until_the_store_answers() -> None:
    async def body() -> None:
        monitor = StoreMonitor(cast("Database", Scripted()))
        monitor.note(StoreUnavailable("a request failed"))
        assert monitor.problem == "a request failed"
        await monitor.check()
        assert monitor.problem is None

    asyncio.run(body())


def test_a_silent_store_is_away_and_is_not_asked_twice_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(monitor_module, "PATIENCE_S", 0.01)

    async def body() -> None:
        database = Scripted()
        database.silence.clear()
        monitor = StoreMonitor(cast("Database", database))
        await monitor.check()
        await monitor.check()
        assert monitor.problem is not None
        assert database.asked == 1
        database.silence.set()
        await monitor.check()
        assert monitor.problem is None

    asyncio.run(body())
