"""An answer is given only for the version of the user that it was made for."""

from __future__ import annotations

import asyncio

from palate.online import PostgresStore, UserCache
from palate.online.cache import Lru
from tests.support.online_helpers import event, run_with_store


def test_no_answer_is_older_than_an_event_that_another_replica_took(url: str) -> None:
    async def body(here: PostgresStore) -> None:
        elsewhere = await PostgresStore.open(url)
        cache: UserCache[str] = UserCache()
        for number in range(10):
            state = await cache.state(here, "ann")
            assert cache.answer("ann", state.version, "k=10") is None
            cache.keep("ann", state.version, "k=10", f"after {number} events")
            again = await cache.state(here, "ann")
            assert again is state
            assert cache.answer("ann", again.version, "k=10") == f"after {number} events"
            await elsewhere.append([event(f"e{number}")])
        await elsewhere.erase("ann")
        assert cache.answer("ann", (await cache.state(here, "ann")).version, "k=10") is None
        await elsewhere.close()

    run_with_store(url, body)


def test_states_read_at_the_same_time_are_all_right(embedded_url: str) -> None:
    async def body(store: PostgresStore) -> None:
        cache: UserCache[str] = UserCache()

        async def write_and_read(number: int) -> None:
            await store.append([event(f"e{number}")])
            state = await cache.state(store, "ann")
            assert event(f"e{number}") in state.events
            assert len({kept.id for kept in state.events}) == len(state.events)

        await asyncio.gather(*(write_and_read(number) for number in range(30)))
        assert len((await cache.state(store, "ann")).events) == 30

    run_with_store(embedded_url, body)


def test_answers_differ_by_user_version_and_request() -> None:
    cache: UserCache[str] = UserCache()
    cache.keep("ann", 1, ("release", "k=10"), "mine")
    assert cache.answer("ann", 1, ("release", "k=10")) == "mine"
    assert cache.answer("bob", 1, ("release", "k=10")) is None
    assert cache.answer("ann", 2, ("release", "k=10")) is None
    assert cache.answer("ann", 1, ("other", "k=10")) is None


def test_a_cache_without_room_keeps_nothing() -> None:
    cache: UserCache[str] = UserCache(answers=0)
    cache.keep("ann", 1, "k=10", "mine")
    assert cache.answer("ann", 1, "k=10") is None


def test_what_was_not_used_for_the_longest_time_goes_first() -> None:
    held: Lru[str, str] = Lru(2)
    held.put("a", "1")
    held.put("b", "2")
    held.get("a")
    held.put("c", "3")
    assert [held.get(key) for key in "abc"] == ["1", None, "3"]


def test_heavy_values_push_out_more() -> None:
    held: Lru[str, str] = Lru(5, weight=len)
    for key, value in (("a", "1"), ("b", "22"), ("c", "333"), ("a", "4444"), ("d", "666666")):
        held.put(key, value)
        assert sum(len(held.get(name) or "") for name in "abcd") <= 5
    assert len(held) == 0
