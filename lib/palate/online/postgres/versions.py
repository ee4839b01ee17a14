"""Versions after a restore: a number that a backup has not given out yet is not given out a second time.

Gateways remember users by their versions. Of a store that was restored from a backup they may know later
versions than it does, and if such a number came again for another event, what they remember would look true.
"""

from __future__ import annotations

from typing import Any

from palate.online.postgres.schema import VERSIONS_LOCK

ADVANCE = """
SELECT setval(numbers, greatest(
    coalesce(pg_sequence_last_value(numbers), 0),
    (extract(epoch FROM clock_timestamp()) * 1000000)::bigint
)) FROM to_regclass('palate_versions') AS numbers WHERE numbers IS NOT NULL
"""


async def advance_versions(connection: Any) -> None:
    """Raise the sequence of versions to the clock, in microseconds since 1970, if the tables are there.

    Called for every new connection, since no connection outlives a restore. Numbers are given out far slower
    than one a microsecond, so those from before the restore are below the clock.
    """
    async with connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock($1)", VERSIONS_LOCK)
        await connection.execute(ADVANCE)
