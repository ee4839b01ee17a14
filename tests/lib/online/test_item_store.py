"""Live items in the store: what is kept, what is merged, and that no reader skips a change."""

from __future__ import annotations

import asyncio

import asyncpg
import pytest

from palate.errors import PalateError
from palate.online import PostgresStore
from palate.online.items import ItemChange, ItemPage, ItemState, ItemStore
from tests.support.online_helpers import TO_VERSION_3, run_with_store

PUT = "SELECT palate_put_items($1, $2, $3, false, 100)"


def change(item: str, state: ItemState | None = ItemState.AVAILABLE, **fields: str) -> ItemChange:
    return ItemChange(item, fields, state)


def seen(page: ItemPage) -> dict[str, dict[str, str]]:
    return {item.item: dict(item.fields) for item in page.items}


def test_what_was_put_is_read_once_in_the_order_of_its_changes(url: str) -> None:
    async def body(store: PostgresStore) -> None:
        items = ItemStore(store.database)
        assert await items.since(0) == ItemPage((), change=0, total=0, is_last=True)
        last = await items.put([change("b", title="B"), change("a", title="A")])
        page = await items.since(0)
        assert [item.item for item in page.items] == ["b", "a"]
        assert (page.change, page.total, page.is_last) == (last, 2, True)
        assert (await items.since(last)).items == ()
        await items.put([change("b", title="B again")])
        assert seen(await items.since(last)) == {"b": {"title": "B again"}}

    run_with_store(url, body)


def test_an_item_keeps_its_slot_whatever_is_said_of_it(embedded_url: str) -> None:
    async def body(store: PostgresStore) -> None:
        items = ItemStore(store.database)
        await items.put([change("a"), change("b")])
        await items.put([change("b", title="B"), change("c"), change("a", title="A"), change("d")])
        slots = {item.item: item.slot for item in (await items.since(0)).items}
        assert slots == {"a": 0, "b": 1, "c": 2, "d": 3}

    run_with_store(embedded_url, body)


def test_merging_changes_what_is_named_alone(embedded_url: str) -> None:
    async def body(store: PostgresStore) -> None:
        items = ItemStore(store.database)
        await items.put([change("a", ItemState.UNAVAILABLE, title="A", genre="war")])
        await items.put([change("a", None, genre="peace")], merge=True)
        found = await items.find("a")
        assert found is not None
        assert (found.state, found.fields) == (ItemState.UNAVAILABLE, {"title": "A", "genre": "peace"})
        await items.put([change("a", ItemState.GONE)], merge=True)
        assert (await items.since(0)).items[0].state is ItemState.GONE
        await items.put([change("a", title="new")])
        found = await items.find("a")
        assert found is not None
        assert (found.state, found.fields) == (ItemState.AVAILABLE, {"title": "new"})

    run_with_store(embedded_url, body)


def test_of_several_changes_of_one_item_the_last_counts(embedded_url: str) -> None:
    async def body(store: PostgresStore) -> None:
        items = ItemStore(store.database)
        await items.put([change("a", title="first"), change("a", title="last")])
        assert seen(await items.since(0)) == {"a": {"title": "last"}}

    run_with_store(embedded_url, body)


def test_more_items_than_the_bound_are_refused_and_known_ones_still_change(embedded_url: str) -> None:
    async def body(store: PostgresStore) -> None:
        items = ItemStore(store.database, max_items=2)
        await items.put([change("a"), change("b")])
        with pytest.raises(PalateError, match=r"2 live items \(items.max_items\)"):
            await items.put([change("b", title="B"), change("c")])
        assert seen(await items.since(0)) == {"a": {}, "b": {}}
        await items.put([change("b", title="B")])
        assert seen(await items.since(0)) == {"a": {}, "b": {"title": "B"}}

    run_with_store(embedded_url, body)


def test_pages_together_hold_every_item(embedded_url: str) -> None:
    async def body(store: PostgresStore) -> None:
        items = ItemStore(store.database)
        await items.put([change(f"i{number}") for number in range(5)])
        found, last, pages = [], 0, 0
        while True:
            page = await items.since(last, limit=2)
            found += [item.item for item in page.items]
            last, pages = page.change, pages + 1
            if page.is_last:
                break
        assert (found, pages) == ([f"i{number}" for number in range(5)], 3)

    run_with_store(embedded_url, body)


def test_a_change_that_commits_late_is_not_skipped(url: str) -> None:
    """The first writer has its number and has not committed; the second must not become visible before."""

    async def body(store: PostgresStore) -> None:
        items = ItemStore(store.database)
        slow = await asyncpg.connect(url)
        transaction = slow.transaction()
        await transaction.start()
        await slow.fetch(PUT, ["slow"], ["available"], ["{}"])
        quick = asyncio.create_task(items.put([change("quick")]))
        await waits_for_a_lock(slow)
        before = await items.since(0)
        assert before.items == ()
        await transaction.commit()
        await slow.close()
        await quick
        assert [item.item for item in (await items.since(before.change)).items] == ["slow", "quick"]

    run_with_store(url, body)


async def waits_for_a_lock(connection: asyncpg.Connection) -> None:
    """Return once somebody waits for what this connection holds."""
    async with asyncio.timeout(30):
        while not await connection.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted"):
            pass


def test_a_vector_is_kept_unless_the_item_has_changed_since(embedded_url: str) -> None:
    async def body(store: PostgresStore) -> None:
        items = ItemStore(store.database)
        await items.put([change("a", title="A"), change("b", title="B")])
        old = [item._replace(encoder="e1", vector=b"1234") for item in (await items.since(0)).items]
        last = await items.put([change("b", title="B again")])
        await items.keep_vectors(old)
        assert (await items.since(last)).items == ()
        kept = {item.item: (item.encoder, item.vector) for item in (await items.since(0)).items}
        assert kept == {"a": ("e1", b"1234"), "b": (None, None)}

    run_with_store(embedded_url, body)


def test_tables_of_version_3_gain_the_items(url: str) -> None:
    async def go_back(store: PostgresStore) -> None:
        for statement in TO_VERSION_3:
            await store.database.rows(statement)

    async def body(store: PostgresStore) -> None:
        await ItemStore(store.database).put([change("a", title="A")])
        assert seen(await ItemStore(store.database).since(0)) == {"a": {"title": "A"}}

    run_with_store(url, go_back)
    run_with_store(url, body)
