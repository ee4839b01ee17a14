"""The experiments of a store, asked by a command."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from palate.experiments.store import ExperimentStore
from palate.online import store_at
from palate.online.postgres.database import Database

T = TypeVar("T")


def ask_experiments(location: str, work: Callable[[ExperimentStore], Awaitable[T]]) -> T:
    """What `work` makes of the experiments of a store, a URL or the folder of an embedded one."""
    with store_at(location) as url:
        return asyncio.run(_ask(url, work))


async def _ask(url: str, work: Callable[[ExperimentStore], Awaitable[T]]) -> T:
    database = await Database.open(url, pool_size=1)
    try:
        return await work(ExperimentStore(database))
    finally:
        await database.close()
