"""Makes the tables of the store where they are missing."""

from __future__ import annotations

from typing import Any

from palate.errors import PalateError
from palate.online.schema import SCHEMA, SCHEMA_LOCK, SCHEMA_VERSION


async def ensure_schema(connection: Any, place: str) -> None:
    """Make the tables of the store at `place`, all or none; several processes may do so at once.

    Raises:
        PalateError: There are tables of another version.
    """
    async with connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock($1)", SCHEMA_LOCK)
        exists = await connection.fetchval("SELECT to_regclass('palate_schema') IS NOT NULL")
        if not exists:
            await _create(connection)
            return
        version = await connection.fetchval("SELECT version FROM palate_schema")
        if version != SCHEMA_VERSION:
            raise PalateError(
                f"The tables in {place} are of version {version}, and this Palate knows {SCHEMA_VERSION}; "
                "use the version of Palate that made them, or another database"
            )


async def _create(connection: Any) -> None:
    for statements in SCHEMA:
        await connection.execute(statements)
    await connection.execute("INSERT INTO palate_schema VALUES ($1)", SCHEMA_VERSION)
