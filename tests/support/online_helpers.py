"""Short ways to say what the tests of the store say often."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import asyncpg

from palate.online import LiveEvent, PostgresStore

T = TypeVar("T")

TO_VERSION_7 = (
    "DROP TABLE palate_profile_lines",
    "DROP FUNCTION palate_write_line, palate_remove_line",
    "UPDATE palate_schema SET version = 7",
)
"""What version 8 of the tables added, taken back."""
TO_VERSION_6 = (
    *TO_VERSION_7,
    "ALTER TABLE palate_events DROP COLUMN text, DROP COLUMN encoder, DROP COLUMN vector",
    "DROP FUNCTION palate_record",
    "CREATE FUNCTION palate_record(ids text[]) RETURNS void LANGUAGE sql AS ''",
    "UPDATE palate_schema SET version = 6",
)
"""What version 7 of the tables added, taken back."""
TO_VERSION_5 = (
    *TO_VERSION_6,
    "DROP TABLE palate_experiments, palate_stopped_arms",
    "DROP INDEX palate_lists_in_arms",
    "UPDATE palate_schema SET version = 5",
)
"""What versions 6 and 7 of the tables added, taken back."""
TO_VERSION_4 = (
    *TO_VERSION_5,
    "DROP TABLE palate_lists",
    "DROP FUNCTION palate_list_bound, palate_make_list_day, palate_drop_lists, palate_keep_lists",
    "DROP INDEX palate_events_of_list",
    "ALTER TABLE palate_events DROP COLUMN list",
    "UPDATE palate_schema SET version = 4",
)
"""What versions 5 to 7 of the tables changed, taken back."""
TO_VERSION_3 = (
    *TO_VERSION_4,
    "DROP TABLE palate_catalogue, palate_items",
    "DROP FUNCTION palate_put_items",
    "UPDATE palate_schema SET version = 3",
)
"""What version 4 of the tables added, taken back."""
TO_VERSION_2 = (
    *TO_VERSION_3,
    "ALTER TABLE palate_events DROP CONSTRAINT palate_events_pkey, ADD PRIMARY KEY (id)",
    "ALTER TABLE palate_users DROP COLUMN events",
    "DROP FUNCTION palate_record",
    "CREATE FUNCTION palate_append() RETURNS void LANGUAGE sql AS ''",
    "UPDATE palate_schema SET version = 2",
)
"""What versions 3 and 4 of the tables changed, taken back."""


def event(id_: str, user: str = "ann", item: str = "i1", time: int = 7) -> LiveEvent:
    return LiveEvent(id_, user, item, "click", 0.5, time)


def run_with_store(url: str, body: Callable[[PostgresStore], Awaitable[T]]) -> T:
    """Open a store, await `body(store)` and close it."""

    async def run() -> T:
        store = await PostgresStore.open(url)
        try:
            return await body(store)
        finally:
            await store.close()

    return asyncio.run(run())


def fetch(url: str, sql: str) -> list[tuple[Any, ...]]:
    """Rows of a query by a connection of its own."""

    async def ask() -> list[tuple[Any, ...]]:
        connection = await asyncpg.connect(url)
        rows = await connection.fetch(sql)
        await connection.close()
        return [tuple(row) for row in rows]

    return asyncio.run(ask())
