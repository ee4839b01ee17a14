"""Migrations: make the tables of the store where they are missing, and bring older ones up to date."""

from __future__ import annotations

from typing import Any

from palate.errors import PalateError
from palate.online.postgres.schema import SCHEMA, SCHEMA_LOCK, SCHEMA_VERSION, UPGRADES

MIGRATION_SECONDS = 3600.0
"""For a statement over all events of a large store, and for waiting until another process has run it."""


async def ensure_schema(connection: Any, location: str) -> None:
    """Make or upgrade the tables of the store at `location`, all or none; several processes may do so.

    Raises:
        PalateError: There are tables of a version that this Palate does not know.
    """
    async with connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock($1)", SCHEMA_LOCK, timeout=MIGRATION_SECONDS)
        exists = await connection.fetchval("SELECT to_regclass('palate_schema') IS NOT NULL")
        if exists:
            await _upgrade(connection, location)
        else:
            await _run(connection, SCHEMA)
            await connection.execute("INSERT INTO palate_schema VALUES ($1)", SCHEMA_VERSION)


async def _upgrade(connection: Any, location: str) -> None:
    version = await connection.fetchval("SELECT version FROM palate_schema")
    if version != SCHEMA_VERSION and version not in UPGRADES:
        raise PalateError(
            f"The tables in {location} are of version {version}, and this Palate knows {SCHEMA_VERSION}; "
            "use the version of Palate that made them, or another database"
        )
    for earlier in range(version, SCHEMA_VERSION):
        await _run(connection, UPGRADES[earlier])
        await connection.execute("UPDATE palate_schema SET version = $1", earlier + 1)


async def _run(connection: Any, statements: tuple[str, ...]) -> None:
    for statement in statements:
        await connection.execute(statement, timeout=MIGRATION_SECONDS)
