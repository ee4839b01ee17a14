"""Export of live items: all that was said of items, as of one moment, for the next training or as a file."""

from __future__ import annotations

import asyncio

import pyarrow as pa

from palate.online.items import LiveItem, live_item
from palate.online.postgres.embedded import store_at
from palate.online.store import PostgresStore
from palate.schema import ITEM
from palate.storage import Folder

FILE = "items.parquet"
STATE = "state"
_ITEMS = "SELECT item, slot, change, state, fields, NULL AS encoder, NULL AS vector FROM palate_items"


def read_items(location: str) -> tuple[LiveItem, ...]:
    """All live items of a store, by id, without their vectors.

    Args:
        location: URL of the store, or the folder of an embedded one.

    Raises:
        StoreUnavailable: The store does not answer.
        PalateError: The location is none of a store.
    """
    with store_at(location) as url:
        return asyncio.run(_read(url))


def export_items(location: str, folder: Folder) -> int:
    """Write all live items into `items.parquet`: item, state, and each column that anything was said in.

    How many there are; errors as in `read_items`.
    """
    items = read_items(location)
    names = dict.fromkeys(name for item in items for name in item.fields)
    columns = {
        ITEM: [item.item for item in items],
        STATE: [item.state.value for item in items],
        **{name: [item.fields.get(name) for item in items] for name in names if name != STATE},
    }
    folder.write_table(FILE, pa.table({name: pa.array(rows, pa.string()) for name, rows in columns.items()}))
    return len(items)


async def _read(url: str) -> tuple[LiveItem, ...]:
    store = await PostgresStore.open(url, pool_size=1)
    try:
        async with store.database.snapshot() as snapshot:
            rows = await snapshot.rows(f"{_ITEMS} ORDER BY item")
    finally:
        await store.close()
    return tuple(map(live_item, rows))
