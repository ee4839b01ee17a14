"""The impression log: shown lists are kept, bounded, erased with their user and dropped by the day."""

from __future__ import annotations

import asyncio
import time
import uuid
from typing import cast

import asyncpg
import pytest
from asyncpg import PostgresError

from palate.online import PostgresStore, StoreUnavailable
from palate.online.impressions import ImpressionLog, ImpressionStore, ShownItem, ShownList, new_list_id
from palate.online.impressions import log as log_module
from palate.online.impressions.log import list_bytes
from palate.online.impressions.shown_list import first_list_id, items_json, list_time
from palate.online.postgres.list_schema import LISTS_LOCK
from palate.online.postgres.schema import SCHEMA_VERSION
from tests.support.online_helpers import TO_VERSION_4, event, fetch, run_with_store

DAY = 86_400
ROOM = 10_000_000


def shown(user: str = "ann", version: int = 0, days_ago: int = 0, id_: str | None = None) -> ShownList:
    """A list of one item."""
    list_id = id_ or str(uuid.UUID(int=uuid.UUID(new_list_id()).int - (days_ago * DAY * 1000 << 80)))
    return ShownList(
        id=list_id,
        time=list_time(list_id),
        user=user,
        version=version,
        kind="recommend",
        release="r1",
        arm="",
        items=items_json([ShownItem("i1", score=0.5, sources={"ease": 0.25})]),
    )


def kept(url: str) -> set[str]:
    return {str(row[0]) for row in fetch(url, "SELECT id FROM palate_lists")}


class AwayStore:
    """Does not answer until it is told to; then it remembers."""

    def __init__(self) -> None:
        self.away = True
        self.lists: list[ShownList] = []

    async def keep(self, lists: list[ShownList]) -> None:
        if self.away:
            raise StoreUnavailable("away")
        self.lists.extend(lists)

    async def drop_older(self, days: int) -> None:
        if self.away:
            raise StoreUnavailable("away")


def log_to(store: AwayStore, max_bytes: int = ROOM) -> ImpressionLog:
    return ImpressionLog(cast("ImpressionStore", store), max_bytes=max_bytes, retention_days=7)


def test_an_id_is_a_uuid_of_version_7_that_tells_its_time() -> None:
    before = int(time.time())
    ids = [uuid.UUID(new_list_id()) for _ in range(100)]
    assert {id_.version for id_ in ids} == {7}
    assert {id_.variant for id_ in ids} == {uuid.RFC_4122}
    assert len(set(ids)) == 100
    assert all(before <= list_time(str(id_)) <= time.time() for id_ in ids)
    assert all(first_list_id(before) <= id_ < first_list_id(before + DAY) for id_ in ids)


def test_what_was_shown_is_kept_as_it_was(url: str) -> None:
    lists = [shown(), shown("", days_ago=1)]

    async def body(store: PostgresStore) -> None:
        await ImpressionStore(store.database).keep(lists)
        await ImpressionStore(store.database).keep(lists)

    run_with_store(url, body)
    columns = "id::text, time, user_id, made_for_version, kind, release, arm, items::text"
    rows = fetch(url, f"SELECT {columns} FROM palate_lists ORDER BY id DESC")
    places = '[{"item": "i1", "score": 0.5, "sources": {"ease": 0.25}}]'
    assert rows == [(*made[:-1], places) for made in lists]


def test_replicas_may_make_the_partition_of_a_day_together(url: str) -> None:
    lists = [shown(days_ago=number % 3) for number in range(30)]

    async def body(store: PostgresStore) -> None:
        impressions = ImpressionStore(store.database)
        await asyncio.gather(*(impressions.keep([made]) for made in lists))

    run_with_store(url, body)
    assert kept(url) == {made.id for made in lists}


def test_days_beyond_the_retention_are_dropped_whole(url: str) -> None:
    young, old = shown(days_ago=6), shown(days_ago=9)

    async def body(store: PostgresStore) -> None:
        impressions = ImpressionStore(store.database)
        await impressions.keep([young, old])
        await impressions.drop_older(7)

    run_with_store(url, body)
    assert kept(url) == {young.id}
    assert len(fetch(url, "SELECT FROM pg_inherits WHERE inhparent = 'palate_lists'::regclass")) == 1


def test_an_erasure_takes_what_was_shown_and_what_still_waits(url: str) -> None:
    early, late, other, new = shown(version=0), shown(version=0), shown("ben"), shown(version=2**62)

    async def body(store: PostgresStore) -> None:
        impressions = ImpressionStore(store.database)
        await impressions.keep([early, other])
        await store.erase("ann")
        await impressions.keep([late, new])

    run_with_store(url, body)
    assert kept(url) == {other.id, new.id}


def test_erasures_and_keepers_at_once_leave_nothing_of_the_erased(url: str) -> None:
    async def body(store: PostgresStore) -> None:
        impressions = ImpressionStore(store.database)
        keeping = [impressions.keep([shown(f"u{number % 5}")]) for number in range(40)]
        await asyncio.gather(*keeping, *(store.erase(f"u{number}") for number in range(5)))

    run_with_store(url, body)
    assert kept(url) == set()


def test_an_erasure_and_the_first_list_of_a_day_do_not_wait_for_each_other(url: str) -> None:
    """A keeper that waits for an erasure has not yet taken the table, which the erasure is about to need."""

    async def body(store: PostgresStore) -> None:
        erasing = await asyncpg.connect(url)
        try:
            async with erasing.transaction():
                await erasing.execute("SELECT pg_advisory_xact_lock($1)", LISTS_LOCK)
                keeping = asyncio.create_task(
                    ImpressionStore(store.database).keep([shown("ben", days_ago=3)])
                )
                waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
                while not await erasing.fetchval(waiting):
                    await asyncio.sleep(0)
                await erasing.execute("DELETE FROM palate_lists WHERE user_id = 'ann'", timeout=60)
            await keeping
        finally:
            await erasing.close()

    run_with_store(url, body)
    assert len(kept(url)) == 1


def test_an_event_keeps_the_list_that_it_came_from(embedded_url: str) -> None:
    list_id = new_list_id()
    named = event("a")._replace(list=list_id)
    assert run_with_store(embedded_url, lambda store: store.append([named, event("b")])) == [True, True]
    rows = fetch(embedded_url, "SELECT id, list::text FROM palate_events ORDER BY id")
    assert rows == [("a", list_id), ("b", None)]


def test_the_log_writes_what_it_was_given_and_counts_it(embedded_url: str) -> None:
    lists = [shown(f"u{number}") for number in range(1200)]

    async def body(store: PostgresStore) -> None:
        log = ImpressionLog(ImpressionStore(store.database), max_bytes=ROOM, retention_days=7)
        for made in lists:
            log.add(made)
        await log.close()
        assert log.counts == (1200, 0, 0)

    run_with_store(embedded_url, body)
    assert kept(embedded_url) == {made.id for made in lists}


def test_a_running_log_writes_without_being_told(embedded_url: str) -> None:
    made = shown()

    async def body(store: PostgresStore) -> None:
        log = ImpressionLog(ImpressionStore(store.database), max_bytes=ROOM, retention_days=7)
        running = asyncio.create_task(log.run())
        log.add(made)
        async with asyncio.timeout(10):
            while not log.counts.written:
                await asyncio.sleep(0)
        running.cancel()

    run_with_store(embedded_url, body)
    assert kept(embedded_url) == {made.id}


def test_a_list_that_cannot_be_stored_takes_no_other_with_it(embedded_url: str) -> None:
    good, bad = shown(), shown("\ud800")

    async def body(store: PostgresStore) -> None:
        log = ImpressionLog(ImpressionStore(store.database), max_bytes=ROOM, retention_days=7)
        log.add(bad)
        log.add(good)
        await log.write_all()
        assert log.counts == (1, 1, 0)

    run_with_store(embedded_url, body)
    assert kept(embedded_url) == {good.id}


def test_the_queue_is_bounded_in_bytes_and_what_finds_no_room_is_counted() -> None:
    size = list_bytes(shown())
    log = log_to(AwayStore(), max_bytes=3 * size)
    for _ in range(5):
        log.add(shown())
    assert log.counts == (0, 2, 3 * size)


def test_what_waits_while_the_store_is_away_is_written_once_it_is_back() -> None:
    store = AwayStore()
    log = log_to(store)
    first, second = shown(), shown()

    async def body() -> None:
        log.add(first)
        with pytest.raises(StoreUnavailable):
            await log.write_all()
        log.add(second)
        store.away = False
        await log.write_all()

    asyncio.run(body())
    assert store.lists == [first, second]
    assert log.counts == (2, 0, 0)


def test_what_a_leaving_gateway_cannot_write_is_counted_as_dropped() -> None:
    log = log_to(AwayStore())
    log.add(shown())
    asyncio.run(log.close())
    assert log.counts == (0, 1, 0)


def test_tables_of_the_fourth_version_gain_lists_and_keep_their_events(url: str) -> None:
    made = shown(version=2**62)

    async def go_back(store: PostgresStore) -> None:
        await store.append([event("a")])
        for statement in TO_VERSION_4:
            await store.database.rows(statement)

    async def body(store: PostgresStore) -> None:
        assert (await store.state("ann")).events == (event("a"),)
        assert await store.append([event("b")._replace(list=made.id)]) == [True]
        await ImpressionStore(store.database).keep([made])

    run_with_store(url, go_back)
    run_with_store(url, body)
    assert kept(url) == {made.id}
    assert fetch(url, "SELECT version FROM palate_schema") == [(SCHEMA_VERSION,)]


class FailingStore(AwayStore):
    """Fails by itself at first, as a server may, and then takes lists."""

    async def drop_older(self, days: int) -> None:
        if self.away:
            self.away = False
            raise PostgresError("deadlock detected")


def test_a_failure_of_the_server_does_not_end_the_log(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_module, "RETRY_SECONDS", 0.0)
    store = FailingStore()
    log = log_to(store)

    async def body() -> None:
        log.add(shown())
        running = asyncio.create_task(log.run())
        async with asyncio.timeout(10):
            while not log.counts.written:
                await asyncio.sleep(0)
        assert not running.done()
        running.cancel()

    asyncio.run(body())
    assert log.counts == (1, 0, 0)
