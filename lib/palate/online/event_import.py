"""Import of events: what an export of a store holds goes into another one, each event once."""

from __future__ import annotations

import asyncio
from typing import Any, NamedTuple

import pyarrow as pa

from palate.errors import PalateError
from palate.online.events import LiveEvent
from palate.online.export import EXPORT_SCHEMA, ID, LIST
from palate.online.postgres.embedded import store_at
from palate.online.store import PostgresStore
from palate.schema import ITEM, KIND, TEXT, TIME, USER, VALUE
from palate.storage import Folder

AT_ONCE = 1000
"""Events that are stored together."""
_ERASED = "SELECT user_id FROM palate_users WHERE erased_at > 0 AND user_id = ANY ($1)"


class ImportedEvents(NamedTuple):
    """What became of the events."""

    new: int
    known: int
    """The store had them."""
    erased: int
    """Of users whom the store has erased: they stay forgotten."""


def import_events(location: str, folder: Folder) -> ImportedEvents:
    """Put the events of an export into a store, in their order; what was interrupted may be begun again.

    Args:
        location: URL of the store, or the folder of an embedded one.
        folder: Parquet files of `EXPORT_SCHEMA`.

    Raises:
        StoreUnavailable: The store does not answer.
        PalateError: There are no such files, or a value cannot be stored.
    """
    if not any(name.endswith(".parquet") for name in folder.files()):
        raise PalateError(f"{folder.uri} holds no Parquet files; palate events export makes such a folder")
    with store_at(location) as url:
        return asyncio.run(_import(url, folder))


async def _import(url: str, folder: Folder) -> ImportedEvents:
    store = await PostgresStore.open(url, pool_size=1)
    counts = [0, 0, 0]
    try:
        for table in folder.tables(""):
            for batch in _checked(table, folder).to_batches(AT_ONCE):
                counts = [sum(pair) for pair in zip(counts, await _put(store, batch), strict=True)]
    finally:
        await store.close()
    return ImportedEvents(*counts)


def _checked(table: pa.Table, folder: Folder) -> pa.Table:
    missing = [name for name in EXPORT_SCHEMA.names if name not in table.column_names]
    if missing:
        raise PalateError(
            f"{folder.uri} lacks the columns {', '.join(missing)}; export the events with this Palate"
        )
    return table.select(EXPORT_SCHEMA.names).cast(EXPORT_SCHEMA)


async def _put(store: PostgresStore, batch: pa.RecordBatch) -> tuple[int, int, int]:
    """How many were new, known, and of erased users."""
    events = [_event(row) for row in batch.to_pylist()]
    rows = await store.database.rows(_ERASED, list({event.user for event in events}))
    erased = {row["user_id"] for row in rows}
    left = [event for event in events if event.user not in erased]
    accepted = await store.append(left)
    return sum(accepted), len(left) - sum(accepted), len(events) - len(left)


def _event(row: dict[str, Any]) -> LiveEvent:
    return LiveEvent(
        id=row[ID],
        user=row[USER],
        item=row[ITEM] or "",
        kind=row[KIND],
        value=row[VALUE],
        time=row[TIME],
        list=row[LIST],
        text=row[TEXT],
    )
