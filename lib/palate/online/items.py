"""Live items: what was said of items since the training, kept in the store and read by its changes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

from palate.errors import PalateError
from palate.online.postgres.database import Database
from palate.online.postgres.item_schema import ITEMS_SINCE

PAGE = 1000
"""Items that one statement reads."""
MAX_ITEMS = 10_000
MAX_ITEM_BYTES = 16_384
"""Live items of a store, and what may be said of one, as long as a setting says nothing else."""


class ItemState(StrEnum):
    """Whether an item may be on a list."""

    AVAILABLE = "available"
    UNAVAILABLE = "unavailable"
    """It cannot be had now."""
    GONE = "gone"
    """It is no part of the catalogue any more, and the next training leaves it out."""


class ItemChange(NamedTuple):
    """What is to be kept of an item."""

    item: str
    fields: Mapping[str, str]
    """Columns of the catalogue with their texts, the title among them."""
    state: ItemState | None = ItemState.AVAILABLE
    """None leaves it as it is."""


class LiveItem(NamedTuple):
    """What the store knows of an item."""

    item: str
    slot: int
    """The item's own number for ever: the first item of a store has 0."""
    change: int
    """Number of its latest change."""
    state: ItemState
    fields: Mapping[str, str]
    encoder: str | None = None
    """By what, and of which text, `vector` was made."""
    vector: bytes | None = None
    """Float32, the text's vector, kept so that no other replica has to make it."""


class ItemPage(NamedTuple):
    """Items that changed, in the order of their changes."""

    items: tuple[LiveItem, ...]
    change: int
    """All changes up to this number are read."""
    total: int
    """Items that the store holds."""
    is_last: bool
    """Whether nothing newer was there."""


class ItemStore:
    """The live items of a store, which all replicas share."""

    def __init__(self, database: Database, max_items: int = MAX_ITEMS) -> None:
        """Take how many items the store may hold."""
        self._database = database
        self._max_items = max_items

    async def put(self, changes: Sequence[ItemChange], merge: bool = False) -> int:
        """Keep items, all or none; they are durable when this returns.

        Args:
            changes: At least one; of several about one item the last counts.
            merge: Whether what is not named stays as it was said before.

        Returns:
            The number of the change: whoever has read up to it knows of all of `changes`.

        Raises:
            StoreUnavailable: Whether they were kept is not known; send them again.
            PalateError: There would be too many items, or a text cannot be stored.
        """
        newest = list({change.item: change for change in changes}.values())
        arguments = (
            [change.item for change in newest],
            [change.state for change in newest],
            [json.dumps(dict(change.fields), ensure_ascii=False) for change in newest],
            merge,
            self._max_items,
        )
        sql = "SELECT palate_put_items($1, $2, $3, $4, $5) AS change"
        rows = await self._database.rows(sql, *arguments)
        if rows[0]["change"] is None:
            raise PalateError(
                f"The store may hold {self._max_items:,} live items (items.max_items), and these would be "
                "more; raise the setting, or leave the items to the next training"
            )
        return int(rows[0]["change"])

    async def since(self, change: int, limit: int = PAGE) -> ItemPage:
        """At most `limit` items that changed after `change`, in one round trip."""
        rows = await self._database.rows(ITEMS_SINCE, change, limit)
        items = tuple(live_item(row) for row in rows if row["item"] is not None)
        is_last = len(items) < limit
        latest = rows[0]["latest"] if is_last else items[-1].change
        return ItemPage(items, change=latest, total=rows[0]["total"], is_last=is_last)

    async def find(self, item: str) -> LiveItem | None:
        """What the store knows of an item now; None if that is nothing."""
        rows = await self._database.rows("SELECT * FROM palate_items WHERE item = $1", item)
        return live_item(rows[0]) if rows else None

    async def keep_vectors(self, items: Sequence[LiveItem]) -> None:
        """Keep the items' vectors beside them, as far as they have not changed since."""
        columns = (
            [item.item for item in items],
            [item.change for item in items],
            [item.encoder for item in items],
            [item.vector for item in items],
        )
        sql = (
            "UPDATE palate_items AS p SET encoder = v.encoder, vector = v.vector "
            "FROM unnest($1::text[], $2::bigint[], $3::text[], $4::bytea[]) "
            "AS v (item, change, encoder, vector) "
            'WHERE p.item = v.item COLLATE "C" AND p.change = v.change'
        )
        await self._database.rows(sql, *columns)


def live_item(row: Any) -> LiveItem:
    """A row of the table."""
    return LiveItem(
        item=row["item"],
        slot=row["slot"],
        change=row["change"],
        state=ItemState(row["state"]),
        fields=json.loads(row["fields"]),
        encoder=row["encoder"],
        vector=row["vector"],
    )
