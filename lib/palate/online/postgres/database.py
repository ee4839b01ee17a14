"""Connection pool of PostgreSQL: bounded waiting, one repetition, and errors that say what to do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

import asyncpg

from palate.errors import PalateError
from palate.online.postgres.errors import plain_error
from palate.online.postgres.migrations import ensure_schema
from palate.online.postgres.versions import advance_versions

CONNECT_SECONDS = 5.0
ACQUIRE_SECONDS = 2.0
COMMAND_SECONDS = 5.0

SCHEMES = ("postgres://", "postgresql://")
BAD_URL = "The URL of the store must be like postgresql://user:password@host/database"
SESSION = {
    "application_name": "palate",
    "synchronous_commit": "on",
    "default_transaction_isolation": "read committed",
}
BROKEN = (
    ConnectionError,
    asyncpg.PostgresConnectionError,
    asyncpg.AdminShutdownError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # between the server's farewell and the end of the connection
)
"""The connection is lost, which says nothing of the server: another connection may do."""


class Database:
    """Runs single statements, each a transaction of its own."""

    def __init__(self, pool: Any, location: str) -> None:
        self._pool = pool
        self._location = location

    @classmethod
    async def open(cls, url: str, pool_size: int) -> Database:
        """Connect, and make the tables if they are missing.

        Args:
            url: Such as `postgresql://user:password@host/database`.
            pool_size: Connections at most, which is how many statements run at once.

        Raises:
            StoreUnavailable: The server does not answer or refuses the connection.
            PalateError: The URL is none, or the tables cannot be made or are of another version.
        """
        location = location_of(url)
        with plain_error(location):
            pool = await _connect(url, pool_size)
            try:
                await _make_tables(pool, location)
            except BaseException:
                pool.terminate()
                raise
        return cls(pool, location)

    async def close(self) -> None:
        """Give the connections back; the server goes on."""
        try:
            async with asyncio.timeout(COMMAND_SECONDS):
                await self._pool.close()
        except TimeoutError:
            self._pool.terminate()

    async def rows(self, sql: str, *arguments: object, repeatable: bool = True) -> list[Any]:
        """Run one statement.

        Args:
            sql: The statement; `$1` is the first argument.
            arguments: Its arguments.
            repeatable: Whether to run it again when the connection broke, not knowing whether it was run.

        Raises:
            StoreUnavailable: The server does not answer.
            PalateError: An argument is none that PostgreSQL can hold.
        """
        with plain_error(self._location):
            try:
                return await self._fetch(sql, arguments)
            except asyncpg.DataError as error:
                raise PalateError(
                    f"The store cannot hold this ({error}); send text without NUL characters or halves of "
                    "surrogate pairs, and whole numbers of at most 64 bits"
                ) from error
            except BROKEN:
                if not repeatable:
                    raise
                await self._pool.expire_connections()  # the others may have broken with this one
                return await self._fetch(sql, arguments)

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[Snapshot]:
        """A transaction that only reads, to which the store stands still; `StoreUnavailable` as in `rows`."""
        with plain_error(self._location):
            async with (
                self._pool.acquire(timeout=ACQUIRE_SECONDS) as connection,
                connection.transaction(isolation="repeatable_read", readonly=True),
            ):
                yield Snapshot(connection)

    async def _fetch(self, sql: str, arguments: tuple[object, ...]) -> list[Any]:
        async with self._pool.acquire(timeout=ACQUIRE_SECONDS) as connection:
            try:
                rows: list[Any] = await connection.fetch(sql, *arguments)
            except BROKEN:
                connection.terminate()  # it may not know yet that it is of no use
                raise
            return rows


class Snapshot:
    """Reads of one moment, however long they take."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    async def rows(self, sql: str, *arguments: object, timeout: float = COMMAND_SECONDS) -> list[Any]:
        """All rows of a statement, in so many seconds."""
        rows: list[Any] = await self._connection.fetch(sql, *arguments, timeout=timeout)
        return rows

    async def pages(
        self, sql: str, size: int, *arguments: object, timeout: float = COMMAND_SECONDS
    ) -> AsyncIterator[list[Any]]:
        """The rows of a statement, `size` at a time, of which the last page may have fewer."""
        cursor = await self._connection.cursor(sql, *arguments, timeout=timeout)
        while page := await cursor.fetch(size, timeout=timeout):
            yield page


def location_of(url: str) -> str:
    """Host and database of a URL, without the password; `PalateError` if it is not of PostgreSQL."""
    if not url.startswith(SCHEMES):
        raise PalateError(f"{BAD_URL}, but it begins with {url[:12]!r}")
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise PalateError(f"{BAD_URL}: {error}") from error
    return f"{parts.hostname or 'this machine'}{parts.path}"


async def _connect(url: str, pool_size: int) -> Any:
    try:
        return await asyncpg.create_pool(
            url,
            min_size=1,
            max_size=pool_size,
            timeout=CONNECT_SECONDS,
            command_timeout=COMMAND_SECONDS,
            max_cached_statement_lifetime=0,
            server_settings=SESSION,
            reset=_leave_as_it_is,
            init=advance_versions,
        )
    except ValueError as error:
        raise PalateError(f"{BAD_URL}: {error}") from error


async def _leave_as_it_is(connection: Any) -> None:
    """No statement changes its session, so a connection needs no reset (a round trip) between two of them."""


async def _make_tables(pool: Any, location: str) -> None:
    async with pool.acquire(timeout=ACQUIRE_SECONDS) as connection:
        await ensure_schema(connection, location)
        await advance_versions(connection)
