"""Places of events: where on the list that it came from the item of an event stood, for the next training."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from palate.data.anonymise import anonymous_id
from palate.online.impressions.report import REPORT_SECONDS
from palate.online.postgres.database import Database
from palate.online.postgres.embedded import store_at
from palate.schema import SHOWN_PLACES_SCHEMA, USER
from palate.storage import Folder

ROWS_A_FILE = 200_000
# An event counts for a list of its own user, or of nobody, as in the online report.
_PLACES = """
SELECT e.user_id AS "user", e.item, e.time, p.place
FROM palate_events AS e JOIN palate_lists AS l ON l.id = e.list
CROSS JOIN LATERAL jsonb_array_elements(l.items) WITH ORDINALITY AS p (shown, place)
WHERE e.list IS NOT NULL AND l.kind = 'recommend' AND l.user_id IN ('', e.user_id)
    AND p.shown ->> 'item' = e.item
ORDER BY e.user_id, e.number
"""


def export_shown_places(location: str, folder: Folder, id_key: bytes | None = None) -> int:
    """Write the places of all events that came from a recommended list, as `SHOWN_PLACES_SCHEMA`.

    Args:
        location: URL of the store, or the folder of an embedded one.
        folder: Where the files go; what it held is deleted.
        id_key: Replace ids of users by hashes with this key.

    Returns:
        How many there are.

    Raises:
        StoreUnavailable: The store does not answer.
        PalateError: The location is none of a store.
    """
    folder.delete()
    with store_at(location) as url:
        return asyncio.run(_export(url, folder, id_key))


async def _export(url: str, folder: Folder, id_key: bytes | None) -> int:
    database, places, files = await Database.open(url, pool_size=1), 0, 0
    try:
        async with database.snapshot() as snapshot:
            async for rows in snapshot.pages(_PLACES, ROWS_A_FILE, timeout=REPORT_SECONDS):
                folder.write_table(f"part-{files:05d}.parquet", _table(rows, id_key))
                places, files = places + len(rows), files + 1
    finally:
        await database.close()
    return places


def _table(rows: Sequence[Any], id_key: bytes | None) -> pa.Table:
    columns = {name: [row[name] for row in rows] for name in SHOWN_PLACES_SCHEMA.names}
    if id_key is not None:
        columns[USER] = [anonymous_id(user, id_key) for user in columns[USER]]
    return pa.table(columns, schema=SHOWN_PLACES_SCHEMA)
