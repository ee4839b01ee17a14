"""What the store promises, on the embedded server and on an ordinary PostgreSQL alike."""

from __future__ import annotations

import asyncio
import json
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from palate.errors import PalateError
from palate.online import LiveEvent, PostgresStore, StoreUnavailable, UserState
from palate.online.postgres.schema import STATE
from tests.support.online_helpers import TO_VERSION_2, event, fetch, run_with_store
from tests.support.processes.postgres_servers import Server

PREFIXES = count()


def test_nothing_is_known_of_a_stranger(url: str) -> None:
    assert run_with_store(url, lambda store: store.state("ann")) == UserState(0, False, ())


def test_events_are_kept_in_the_order_in_which_they_came(url: str) -> None:
    events = [
        LiveEvent("2", user="ann", item="Amélie ✓", kind="rate", value=-0.1, time=2**40),
        LiveEvent("10", user="ann", item="x'; --", kind="a", value=1e300, time=-5),
    ]

    async def body(store: PostgresStore) -> UserState:
        assert await store.append(events) == [True, True]
        await store.append([event("1")])
        return await store.state("ann")

    state = run_with_store(url, body)
    assert state.events == (*events, event("1"))
    assert not state.erased


def test_an_event_counts_once_however_often_it_is_sent(url: str) -> None:
    async def body(store: PostgresStore) -> None:
        first = [event("a"), event("b"), event("a")]
        assert await store.append(first) == [True, True, False]
        before = await store.state("ann")
        assert await store.append(first) == [False, False, False]
        assert await store.append([]) == []
        assert await store.state("ann", before) is before
        assert [seen.id for seen in (await store.state("ann")).events] == ["a", "b"]
        assert (await store.state("ann")).total == 2

    run_with_store(url, body)


def test_an_id_of_one_user_takes_no_place_from_another_users_event(url: str) -> None:
    async def body(store: PostgresStore) -> None:
        await store.append([event("a"), event("b")])
        sent = [event("a", user="bob"), event("a"), event("a", user="bob"), event("c", user="bob")]
        assert await store.append(sent) == [True, False, False, True]
        assert [seen.id for seen in (await store.state("bob")).events] == ["a", "c"]
        assert [seen.id for seen in (await store.state("ann")).events] == ["a", "b"]

    run_with_store(url, body)


def test_of_a_user_with_many_events_the_newest_alone_are_read(embedded_url: str) -> None:
    """However many there are, the database reads so many rows as are asked for, and no more."""

    async def body(store: PostgresStore) -> None:
        few = PostgresStore(store.database, max_events=3)
        for first in range(0, 5000, 1000):
            await store.append([event(f"e{number}") for number in range(first, first + 1000)])
        await store.database.rows("ANALYZE palate_events")
        state = await few.state("ann")
        assert [kept.id for kept in state.events] == ["e4997", "e4998", "e4999"]
        assert state.total == 5000
        await store.append([event("new")])
        later = await few.state("ann", state)
        assert [kept.id for kept in later.events] == ["e4998", "e4999", "new"]
        plan = await store.database.rows(f"EXPLAIN (ANALYZE, FORMAT JSON) {STATE}", "ann", 0, 3)
        assert rows_read(json.loads(plan[0][0])[0]["Plan"], "palate_events") == 3

    run_with_store(embedded_url, body)


def rows_read(plan: dict[str, Any], table: str) -> int:
    """Rows that a plan takes from a table, also those that it throws away."""
    own = plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0)
    return int(own * (plan.get("Relation Name") == table)) + sum(
        rows_read(part, table) for part in plan.get("Plans", [])
    )


def test_an_unchanged_state_is_the_identical_object(url: str) -> None:
    async def body(store: PostgresStore) -> None:
        await store.append([event("a")])
        state = await store.state("ann")
        await store.append([event("b", user="bob")])
        assert await store.state("ann", state) is state
        await store.append([event("c")])
        newer = await store.state("ann", state)
        assert newer.version > state.version
        assert newer.events == (event("a"), event("c"))

    run_with_store(url, body)


def test_versions_are_told_for_many_users_at_once(url: str) -> None:
    async def body(store: PostgresStore) -> None:
        await store.append([event("a"), event("b", user="bob")])
        versions = await store.versions(["ann", "bob", "cid"])
        assert versions == {
            "ann": (await store.state("ann")).version,
            "bob": (await store.state("bob")).version,
            "cid": 0,
        }

    run_with_store(url, body)


def test_a_reader_who_knows_more_than_the_store_starts_afresh(url: str) -> None:
    """As after the store was put back from an older copy."""

    async def body(store: PostgresStore) -> None:
        await store.append([event("a")])
        assert (await store.state("ann", UserState(10**12, False, (event("z"),)))).events == (event("a"),)

    run_with_store(url, body)


def test_erasing_leaves_nothing_but_the_erasure(url: str) -> None:
    async def body(store: PostgresStore) -> None:
        await store.append([event("a"), event("b"), event("c", user="bob")])
        before = await store.state("ann")
        assert await store.erase("ann") == 2
        erased = await store.state("ann", before)
        assert erased == UserState(erased.version, True, ())
        assert erased.version > before.version

    run_with_store(url, body)
    assert fetch(url, "SELECT id FROM palate_events") == [("c",)]
    assert fetch(url, "SELECT user_id, erased_at = version FROM palate_users ORDER BY user_id") == [
        ("ann", True),
        ("bob", False),
    ]


def test_events_after_an_erasure_count_again(url: str) -> None:
    async def body(store: PostgresStore) -> None:
        await store.append([event("a")])
        before = await store.state("ann")
        await store.erase("ann")
        erased = await store.state("ann")
        await store.append([event("b")])
        for known in (None, before, erased):
            state = await store.state("ann", known)
            assert (state.erased, state.events) == (True, (event("b"),))

    run_with_store(url, body)


def test_somebody_unknown_can_be_erased_since_the_release_may_know_them(url: str) -> None:
    async def body(store: PostgresStore) -> None:
        assert await store.erase("ann") == 0
        assert (await store.state("ann")).erased

    run_with_store(url, body)


@pytest.mark.parametrize(
    "bad", [event("n\0"), event("n", user="\0"), event("n", item="\ud800"), event("n", time=2**63)]
)
def test_what_cannot_be_stored_is_refused_whole_and_the_store_goes_on(
    embedded_url: str, bad: LiveEvent
) -> None:
    async def body(store: PostgresStore) -> None:
        with pytest.raises(PalateError, match="cannot hold") as refused:
            await store.append([event("a"), bad])
        assert not isinstance(refused.value, StoreUnavailable)
        assert await store.append([event("a")]) == [True]

    run_with_store(embedded_url, body)


def test_an_acknowledged_event_survives_the_sudden_death_of_the_server(server: Server, url: str) -> None:
    async def body(store: PostgresStore) -> None:
        await store.append([event(f"e{number}") for number in range(50)])
        server.kill()
        with pytest.raises(StoreUnavailable, match="does not answer"):
            await store.state("ann")
        server.start()
        assert len((await store.state("ann")).events) == 50

    run_with_store(url, body)


def test_a_store_restored_from_a_backup_gives_out_no_version_again(url: str) -> None:
    async def body(store: PostgresStore) -> None:
        await store.append([event("before")])
        await store.append([event("lost")])
        known = await store.state("ann")
        await store.database.rows("DELETE FROM palate_events WHERE id = 'lost'")
        await store.database.rows("UPDATE palate_users SET version = version - 1")
        await store.database.rows("SELECT setval('palate_versions', $1)", known.version - 1)
        restored = await PostgresStore.open(url)
        await restored.append([event("after")])
        seen = await restored.state("ann", known)
        assert [kept.id for kept in seen.events] == ["before", "after"]
        assert seen.version > known.version
        await restored.close()

    run_with_store(url, body)


def test_a_broken_connection_is_replaced_unnoticed(url: str) -> None:
    async def break_all(other: PostgresStore) -> None:
        mine = "datname = current_database() AND pid <> pg_backend_pid()"
        await other.database.rows(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {mine}")

    async def body(store: PostgresStore) -> None:
        other = await PostgresStore.open(url)
        await store.append([event("a")])
        await break_all(other)
        assert await store.append([event("b")]) == [True]
        await break_all(other)
        assert len((await store.state("ann")).events) == 2
        await other.close()

    run_with_store(url, body)


@given(
    st.lists(
        st.one_of(
            st.just("erase"), st.lists(st.tuples(st.integers(0, 9), st.sampled_from("ab")), max_size=6)
        ),
        max_size=8,
    )
)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_store_does_what_a_list_would_do(embedded_url: str, steps: list[object]) -> None:
    prefix = f"{next(PREFIXES)}-"

    async def body(store: PostgresStore) -> None:
        events: list[LiveEvent] = []
        states = [await store.state(f"{prefix}a")]
        for step in steps:
            if isinstance(step, list):
                batch = [event(f"{prefix}{number}", user=f"{prefix}{user}") for number, user in step]
                expected = []
                for sent in batch:
                    new = all((sent.user, sent.id) != (kept.user, kept.id) for kept in events)
                    expected.append(new)
                    events += [sent] * new
                assert await store.append(batch) == expected
            else:
                mine = [kept for kept in events if kept.user == f"{prefix}a"]
                assert await store.erase(f"{prefix}a") == len(mine)
                events = [kept for kept in events if kept.user != f"{prefix}a"]
            for known in states:
                state = await store.state(f"{prefix}a", known)
                assert state.events == tuple(kept for kept in events if kept.user == f"{prefix}a")
            states.append(state)
        versions = [state.version for state in states]
        assert versions == sorted(versions)

    run_with_store(embedded_url, body)


def test_a_server_that_is_not_there_is_unavailable_and_its_password_stays_secret() -> None:
    with pytest.raises(StoreUnavailable, match=r"127\.0\.0\.1/palate does not answer") as refused:
        asyncio.run(PostgresStore.open("postgresql://palate:secret@127.0.0.1:1/palate"))
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("bad", ["redis://host", "postgresql://host:port/x", "postgresql://[/x"])
def test_a_wrong_url_is_refused_with_an_example(bad: str) -> None:
    with pytest.raises(PalateError, match="postgresql://user:password@host/database"):
        asyncio.run(PostgresStore.open(bad))


def test_a_wrong_password_is_refused(debian_server: Server) -> None:
    with pytest.raises(StoreUnavailable, match="password authentication failed"):
        asyncio.run(PostgresStore.open(debian_server.url.replace("word@", "w0rd@")))


def test_tables_of_version_2_are_brought_up_to_date_and_keep_their_events(embedded_url: str) -> None:
    async def before(store: PostgresStore) -> None:
        await store.append([event("a"), event("b"), event("c", user="bob")])
        for statement in TO_VERSION_2:
            await store.database.rows(statement)

    async def after(store: PostgresStore) -> None:
        assert await store.append([event("a"), event("a", user="bob")]) == [False, True]
        state = await store.state("ann")
        assert ([kept.id for kept in state.events], state.total) == (["a", "b"], 2)
        assert (await store.state("bob")).total == 2
        assert await store.erase("bob") == 2
        assert (await store.state("bob")).total == 0

    run_with_store(embedded_url, before)
    run_with_store(embedded_url, after)


def test_tables_of_another_version_are_left_alone(embedded_url: str) -> None:
    async def body(store: PostgresStore) -> None:
        await store.database.rows("UPDATE palate_schema SET version = 99")

    run_with_store(embedded_url, body)
    with pytest.raises(PalateError, match="version 99"):
        run_with_store(embedded_url, body)
