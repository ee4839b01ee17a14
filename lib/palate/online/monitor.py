"""Store monitor: whether the store answers, asked in the background, so that no request waits to find out."""

from __future__ import annotations

import asyncio

from palate.errors import PalateError
from palate.online.postgres.database import Database
from palate.online.postgres.errors import StoreUnavailable

PERIOD_S = 1.0
PATIENCE_S = 1.0
"""A store that takes longer for a question without data is as good as away."""


class StoreMonitor:
    """What is wrong with the store, if anything is."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._asking: asyncio.Task[None] | None = None
        self.problem: str | None = None
        """Why the store does not answer; None while it does."""

    async def watch(self) -> None:
        """Ask again and again; runs until it is cancelled."""
        while True:
            await self.check()
            await asyncio.sleep(PERIOD_S)

    async def check(self) -> None:
        """Ask once; an earlier question that has no answer yet is waited for instead."""
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._ask())
        done, _ = await asyncio.wait({self._asking}, timeout=PATIENCE_S)
        if not done:
            self.problem = f"The store has not answered for {PATIENCE_S:g} s"

    def note(self, error: StoreUnavailable) -> None:
        """Take it that the store is away, as a request has found, until the next question is answered."""
        self.problem = str(error)

    async def _ask(self) -> None:
        try:
            await self._database.rows("SELECT 1")
        except PalateError as error:
            self.problem = str(error)
        else:
            self.problem = None
