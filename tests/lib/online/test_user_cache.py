"""An answer is given only for the version of the user that it was made for."""

from __future__ import annotations

import asyncio
import tracemalloc

from hypothesis import given
from hypothesis import strategies as st

from palate.online import LiveEvent, PostgresStore, UserCache, UserState
from palate.online.cache import LruCache, state_bytes
from tests.support.online_helpers import event, run_with_store

ROOM = 10**6


def test_no_answer_is_older_than_an_event_that_another_replica_took(url: str) -> None:
    async def body(here: PostgresStore) -> None:
        elsewhere = await PostgresStore.open(url)
        cache: UserCache[str] = UserCache(ROOM, len)
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
        cache: UserCache[str] = UserCache(ROOM, len)

        async def write_and_read(number: int) -> None:
            await store.append([event(f"e{number}")])
            state = await cache.state(store, "ann")
            assert event(f"e{number}") in state.events
            assert len({kept.id for kept in state.events}) == len(state.events)

        await asyncio.gather(*(write_and_read(number) for number in range(30)))
        assert len((await cache.state(store, "ann")).events) == 30

    run_with_store(embedded_url, body)


def test_answers_differ_by_user_version_and_request() -> None:
    cache: UserCache[str] = UserCache(ROOM, len)
    cache.keep("ann", 1, ("release", "k=10"), "mine")
    assert cache.answer("ann", 1, ("release", "k=10")) == "mine"
    assert cache.answer("bob", 1, ("release", "k=10")) is None
    assert cache.answer("ann", 2, ("release", "k=10")) is None
    assert cache.answer("ann", 1, ("other", "k=10")) is None


def test_a_cache_without_room_keeps_nothing() -> None:
    cache: UserCache[str] = UserCache(0, len)
    cache.keep("ann", 1, "k=10", "mine")
    assert cache.answer("ann", 1, "k=10") is None


def test_what_was_not_used_for_the_longest_time_goes_first() -> None:
    held: LruCache[str, str] = LruCache(16)
    for key in "abcdefgh":
        held.put(key, key, 2)
    held.get("a")
    held.put("i", "i", 2)
    assert [key for key in "abcdefghi" if held.get(key)] == list("acdefghi")


@given(st.lists(st.tuples(st.sampled_from("abcdefgh"), st.integers(0, 30))))
def test_bytes_are_those_of_what_is_held_and_never_more_than_the_room(puts: list[tuple[str, int]]) -> None:
    held: LruCache[str, int] = LruCache(100)
    for key, size in puts:
        held.put(key, size, size)
        assert held.bytes == sum(held.get(name) or 0 for name in "abcdefgh") <= 100


def test_what_would_drive_out_most_of_the_others_is_not_kept() -> None:
    held: LruCache[str, str] = LruCache(80)
    held.put("a", "small", 10)
    held.put("b", "large", 11)
    assert [held.get("a"), held.get("b"), held.bytes] == ["small", None, 10]
    held.put("a", "too large by now", 11)
    assert (held.get("a"), held.bytes) == (None, 0)


def test_a_state_weighs_what_it_takes_in_memory() -> None:
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    events = tuple(
        LiveEvent(
            f"event-{n}", "ann", item=f"item-{n}", kind=f"kind-{n}", value=n / 7, time=1_700_000_000 + n
        )
        for n in range(1000)
    )
    state = UserState(7, False, events)
    taken = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert taken <= state_bytes(state) <= 1.5 * taken
