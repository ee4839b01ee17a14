"""Several replicas write to one store at once: nothing is lost, doubled, reordered or stuck."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from palate.online import LiveEvent, PostgresStore, UserState
from tests.support.online_helpers import event

REPLICAS = 4
WRITERS = 20
BATCHES = 5
USERS = [f"u{number}" for number in range(6)]


def run_with_replicas(url: str, body: Callable[[list[PostgresStore]], Awaitable[None]]) -> None:
    async def run() -> None:
        stores = await asyncio.gather(*(PostgresStore.open(url, pool_size=5) for _ in range(REPLICAS)))
        try:
            await body(stores)
        finally:
            await asyncio.gather(*(store.close() for store in stores))

    asyncio.run(run())


def batch_of(writer: int, batch: int) -> list[LiveEvent]:
    """Six events over all users, in an order that differs from writer to writer; the first is sent by all."""
    order = USERS[writer % 6 :] + USERS[: writer % 6]
    order = order if writer % 2 else order[::-1]
    own = [event(f"{writer}-{batch}-{user}", user) for user in order]
    return [event(f"all-{batch}", "u0"), *own]


def test_twenty_writers_over_the_same_users_lose_nothing(url: str) -> None:
    async def write(store: PostgresStore, writer: int) -> int:
        accepted = 0
        for batch in range(BATCHES):
            before = await store.versions(USERS)
            accepted += sum(await store.append(batch_of(writer, batch)))
            after = await store.versions(USERS)
            assert all(after[user] > before[user] for user in USERS)
        return accepted

    async def read(store: PostgresStore, seen: list[UserState]) -> None:
        for _ in range(30):
            seen.append(await store.state("u0", seen[-1] if seen else None))

    async def body(stores: list[PostgresStore]) -> None:
        seen: list[UserState] = []
        reading = asyncio.create_task(read(stores[0], seen))
        accepted = await asyncio.gather(*(write(stores[n % REPLICAS], n) for n in range(WRITERS)))
        await reading
        assert sum(accepted) == WRITERS * BATCHES * len(USERS) + BATCHES
        final = await stores[1].state("u0")
        assert len(final.events) == WRITERS * BATCHES + BATCHES
        for state in seen:  # nothing is ever put before what somebody saw
            assert state.events == final.events[: len(state.events)]
        for writer in range(WRITERS):
            own = [seen_.id for seen_ in final.events if seen_.id.startswith(f"{writer}-")]
            assert own == [f"{writer}-{batch}-u0" for batch in range(BATCHES)]

    run_with_replicas(url, body)


def test_the_same_events_in_another_order_do_not_lock_each_other_out(url: str) -> None:
    events = [event(f"e{number:03d}", user=f"u{number % 7}") for number in range(200)]

    async def body(stores: list[PostgresStore]) -> None:
        batches = [events, events[::-1]] * 4
        told = await asyncio.gather(
            *(stores[writer % REPLICAS].append(batch) for writer, batch in enumerate(batches))
        )
        assert sum(map(sum, told)) == len(events)

    run_with_replicas(url, body)


def test_an_erasure_among_writers_is_whole(url: str) -> None:
    async def body(stores: list[PostgresStore]) -> None:
        await stores[0].append([event("first")])
        told = await asyncio.gather(
            *(stores[n % REPLICAS].append([event(f"e{n}")]) for n in range(10)),
            stores[1].erase("ann"),
        )
        state = await stores[2].state("ann")
        assert state.erased
        assert len(state.events) == 1 + 10 - told[-1]

    run_with_replicas(url, body)


def test_replicas_may_open_a_new_store_at_once(url: str) -> None:
    async def body(stores: list[PostgresStore]) -> None:
        assert [await store.append([event("a")]) for store in stores] == [[True], [False], [False], [False]]

    run_with_replicas(url, body)
