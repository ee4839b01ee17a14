"""Lines that people write about themselves are kept, count at once, are bounded, and go with their user."""

from __future__ import annotations

import pytest

from palate.errors import PalateError
from palate.online import PostgresStore, TextStore
from palate.online.events import WrittenLine
from palate.online.postgres.schema import SCHEMA_VERSION
from tests.support.online_helpers import TO_VERSION_7, event, fetch, run_with_store


def test_lines_are_part_of_what_is_known_of_a_user_at_once(url: str) -> None:
    async def body(store: PostgresStore) -> None:
        texts = TextStore(store.database)
        await store.append([event("a")])
        before = await store.state("ann")
        await texts.write_line("ann", "line-1", "less war")
        await texts.write_line("ann", "drama", "no drama")
        after = await store.state("ann", before)
        assert after.written == (WrittenLine("line-1", "less war"), WrittenLine("drama", "no drama"))
        assert (after.version > before.version, after.events) == (True, before.events)
        await texts.write_line("ann", "line-1", "more war")
        assert (await store.state("ann", after)).written[0] == WrittenLine("line-1", "more war")
        assert await texts.remove_line("ann", "line-1")
        assert not await texts.remove_line("ann", "line-1")
        assert (await store.state("ann", after)).written == (WrittenLine("drama", "no drama"),)

    run_with_store(url, body)


def test_an_erased_user_has_no_lines(url: str) -> None:
    async def body(store: PostgresStore) -> None:
        texts = TextStore(store.database)
        await texts.write_line("ann", "line-1", "less war")
        await texts.write_line("bob", "line-1", "more war")
        await store.erase("ann")
        assert (await store.state("ann")).written == ()
        assert (await store.state("bob")).written == (WrittenLine("line-1", "more war"),)

    run_with_store(url, body)
    assert fetch(url, "SELECT user_id FROM palate_profile_lines WHERE user_id = 'ann'") == []


def test_lines_of_a_user_are_bounded(url: str) -> None:
    async def body(store: PostgresStore) -> None:
        texts = TextStore(store.database)
        for number in range(20):
            await texts.write_line("ann", f"line-{number}", "less war")
        with pytest.raises(PalateError, match="delete one of them first"):
            await texts.write_line("ann", "one more", "less war")
        await texts.write_line("ann", "line-3", "no war")
        assert len((await store.state("ann")).written) == 20

    run_with_store(url, body)


def test_tables_of_version_7_gain_the_lines(url: str) -> None:
    async def go_back(store: PostgresStore) -> None:
        await store.append([event("a")])
        for statement in TO_VERSION_7:
            await store.database.rows(statement)

    async def body(store: PostgresStore) -> None:
        assert (await store.state("ann")).events == (event("a"),)
        await TextStore(store.database).write_line("ann", "line-1", "less war")
        assert await store.erase("ann") == 1
        assert (await store.state("ann")).written == ()

    run_with_store(url, go_back)
    run_with_store(url, body)
    assert fetch(url, "SELECT version FROM palate_schema") == [(SCHEMA_VERSION,)]
