"""Export of live events: what the endpoint was told, as Parquet, for the next training."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, NamedTuple

import pyarrow as pa

from palate.online.postgres.embedded import store_at
from palate.online.store import PostgresStore
from palate.schema import EVENTS_SCHEMA, ITEM, KIND, TEXT, TIME, USER, VALUE
from palate.storage import Folder

ROWS_A_FILE = 200_000
LIST = "list"
"""Id of the shown list that an event came from, null if its sender did not say."""
ID = "id"
"""An event's own id, one of its user's."""
TRAINING_SCHEMA = EVENTS_SCHEMA.append(pa.field(LIST, pa.string()))
"""Of events with items, and nothing that somebody wrote."""
EXPORT_SCHEMA = pa.schema(
    [
        pa.field(ID, pa.string(), nullable=False),
        *(pa.field(ITEM, pa.string()) if field.name == ITEM else field for field in TRAINING_SCHEMA),
        pa.field(TEXT, pa.string()),
    ]
)
"""Of everything: the item is null where there is none, the text where nothing was written."""
_COLUMNS = {
    ID: "id",
    USER: "user_id",
    ITEM: "nullif(item, '')",
    KIND: "kind",
    VALUE: "value",
    TIME: "time",
    LIST: "list::text",
    TEXT: "text",
}
_ORDER = "ORDER BY user_id, number"
_ERASED = "SELECT user_id FROM palate_users WHERE erased_at > 0"
_VERSION = (
    "SELECT CASE WHEN is_called THEN last_value ELSE 0 END "
    "+ (SELECT change FROM palate_catalogue) AS version FROM palate_versions"
)


class ExportedEvents(NamedTuple):
    """What was written."""

    events: int
    erased: frozenset[str]
    """Users who were erased: what other tables know of them is to be forgotten."""


def export_events(location: str, folder: Folder, for_training: bool = False) -> ExportedEvents:
    """Write all events of a store into Parquet files of `EXPORT_SCHEMA`, at least one, as of one moment.

    Args:
        location: URL of the store, or the folder of an embedded one.
        folder: Where the files go; what it held is deleted.
        for_training: Write only what `TRAINING_SCHEMA` has: models learn from no text of a person, and so
            none gets into a run.

    Raises:
        StoreUnavailable: The store does not answer.
        PalateError: The location is none of a store.
    """
    folder.delete()
    with store_at(location) as url:
        return asyncio.run(_export(url, folder, TRAINING_SCHEMA if for_training else EXPORT_SCHEMA))


def store_version(location: str) -> int:
    """A number that rises with every change of a store; errors as in `export_events`."""
    with store_at(location) as url:
        return asyncio.run(_version(url))


async def _export(url: str, folder: Folder, schema: pa.Schema) -> ExportedEvents:
    store = await PostgresStore.open(url, pool_size=1)
    events = files = 0
    try:
        async with store.database.snapshot() as snapshot:
            erased = frozenset(row["user_id"] for row in await snapshot.rows(_ERASED))
            async for rows in snapshot.pages(_selected(schema), ROWS_A_FILE):
                folder.write_table(f"part-{files:05d}.parquet", _table(rows, schema))
                events, files = events + len(rows), files + 1
    finally:
        await store.close()
    if not files:
        folder.write_table("part-00000.parquet", schema.empty_table())
    return ExportedEvents(events, erased)


async def _version(url: str) -> int:
    store = await PostgresStore.open(url, pool_size=1)
    try:
        rows = await store.database.rows(_VERSION)
    finally:
        await store.close()
    return int(rows[0]["version"])


def _selected(schema: pa.Schema) -> str:
    columns = ", ".join(f'{_COLUMNS[name]} AS "{name}"' for name in schema.names)
    of_items = "" if schema.field(ITEM).nullable else "WHERE item <> ''"
    return f"SELECT {columns} FROM palate_events {of_items} {_ORDER}"


def _table(rows: Sequence[Any], schema: pa.Schema) -> pa.Table:
    columns = {name: [row[name] for row in rows] for name in schema.names}
    return pa.table(columns, schema=schema)
