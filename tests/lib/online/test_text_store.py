"""What the store promises of texts and of struck lines, on both servers."""

from __future__ import annotations

import asyncio

import pytest

from palate.errors import PalateError
from palate.online import DismissedLine, KeptText, NewText, PostgresStore, TextStore
from palate.online.postgres.schema import SCHEMA_VERSION
from palate.online.postgres.text_schema import STRUCK_OF_USER, TEXTS_OF_USER
from palate.online.text_store import LONGEST_EVIDENCE, LONGEST_TEXT, NO_USER
from tests.support.online_helpers import TO_VERSION_2, event, fetch, run_with_store


def text(item: str = "i1", user: str = "ann", **changes: object) -> NewText:
    made = NewText(
        release="r1",
        user=user,
        kind="explanation",
        item=item,
        text=f"Why {item}.",
        source="own",
        evidence='{"a": 1}',
        version=0,
    )
    return made._replace(**changes)


async def found(texts: TextStore, *items: str, user: str = "ann", release: str = "r1") -> dict[str, KeptText]:
    return await texts.texts(release, user, "explanation", items)


async def rows(store: PostgresStore, sql: str) -> list[tuple[object, ...]]:
    return [tuple(row) for row in await store.database.rows(sql)]


def test_a_text_is_found_by_release_user_kind_and_item(url: str) -> None:
    async def body(store: PostgresStore) -> None:
        texts = TextStore(store.database)
        await texts.keep([text(), text("i2", text='It\'s ✓ "fine"', source="template", version=7)])
        assert await found(texts, "i1", "i2", "i3") == {
            "i1": KeptText("i1", text="Why i1.", source="own", evidence='{"a": 1}', version=0),
            "i2": KeptText("i2", text='It\'s ✓ "fine"', source="template", evidence='{"a": 1}', version=7),
        }
        assert await found(texts, "i1", user="bob") == {}
        assert await found(texts, "i1", release="r2") == {}
        assert await texts.texts("r1", "ann", "profile", ["i1"]) == {}

    run_with_store(url, body)


def test_keeping_again_replaces_and_the_last_of_a_batch_counts(url: str) -> None:
    async def body(store: PostgresStore) -> None:
        texts = TextStore(store.database)
        await texts.keep([])
        await texts.keep([text(), text()])
        await texts.keep([text(text="An older one."), text(text="The newest.", version=3)])
        assert (await found(texts, "i1"))["i1"].text == "The newest."
        assert await rows(store, "SELECT count(*) FROM palate_texts") == [(1,)]

    run_with_store(url, body)


def test_keeping_changes_no_version_and_makes_nobody_known(embedded_url: str) -> None:
    async def body(store: PostgresStore) -> None:
        await store.append([event("a")])
        before = await store.state("ann")
        await TextStore(store.database).keep([text(), text(user="bob"), text(user=NO_USER)])
        assert await store.state("ann", before) is before
        assert (await store.state("bob")).version == 0
        assert await rows(store, "SELECT user_id FROM palate_users ORDER BY 1") == [("ann",), ("bob",)]

    run_with_store(embedded_url, body)


def test_erasing_takes_texts_and_strikes_along(url: str) -> None:
    async def body(store: PostgresStore) -> None:
        texts = TextStore(store.database)
        await texts.keep([text(), text(user="bob")])
        await texts.dismiss("ann", "horror", ["horror"])
        await store.erase("ann")
        assert await found(texts, "i1") == {}
        assert await texts.dismissed("ann") == {}
        assert (await store.state("ann")).dismissed == ()
        assert set(await found(texts, "i1", user="bob")) == {"i1"}

    run_with_store(url, body)


def test_a_text_made_before_an_erasure_comes_too_late(url: str) -> None:
    async def body(store: PostgresStore) -> None:
        texts = TextStore(store.database)
        await store.append([event("a")])
        before = (await store.state("ann")).version
        await store.erase("ann")
        await texts.keep([text(version=before)])
        assert await found(texts, "i1") == {}
        await texts.keep([text(version=(await store.state("ann")).version)])
        assert set(await found(texts, "i1")) == {"i1"}

    run_with_store(url, body)


def test_texts_that_race_with_an_erasure_leave_nothing_behind(url: str) -> None:
    async def body(store: PostgresStore) -> None:
        texts = TextStore(store.database)
        rows = [text(str(number)) for number in range(50)]
        await asyncio.gather(*(texts.keep(rows) for _ in range(4)), store.erase("ann"), texts.keep(rows))
        assert await found(texts, *(str(number) for number in range(50))) == {}

    run_with_store(url, body)


def test_of_one_user_the_newest_texts_are_held(embedded_url: str) -> None:
    async def body(store: PostgresStore) -> None:
        texts = TextStore(store.database)
        await texts.keep([text("first")])
        await texts.keep([text(str(number)) for number in range(TEXTS_OF_USER)])
        await texts.keep([text(str(number), user=NO_USER) for number in range(3)])
        counts = "SELECT user_id, count(*) FROM palate_texts GROUP BY 1 ORDER BY 1"
        assert await rows(store, counts) == [("", 3), ("ann", TEXTS_OF_USER)]
        assert await found(texts, "first") == {}

    run_with_store(embedded_url, body)


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (text(text="x" * (LONGEST_TEXT + 1)), "has 2001 characters"),
        (text(evidence="x" * (LONGEST_EVIDENCE + 1)), "its evidence 20001"),
        (text(text="\0"), "cannot hold"),
    ],
)
def test_what_is_too_long_or_cannot_be_stored_is_refused(embedded_url: str, bad: NewText, words: str) -> None:
    async def body(store: PostgresStore) -> None:
        texts = TextStore(store.database)
        with pytest.raises(PalateError, match=words):
            await texts.keep([text("i0"), bad])
        assert await found(texts, "i0") == {}

    run_with_store(embedded_url, body)


def test_a_strike_raises_the_version_once_and_a_restoration_does_too(url: str) -> None:
    async def body(store: PostgresStore) -> None:
        texts = TextStore(store.database)
        await store.append([event("a")])
        states = [await store.state("ann")]
        for _ in range(2):
            await texts.dismiss("ann", "drama+war", ["drama", "war"])
            states.append(await store.state("ann", states[-1]))
        assert await texts.dismissed("ann") == {"drama+war": ("drama", "war")}
        for _ in range(2):
            await texts.restore("ann", "drama+war")
            states.append(await store.state("ann", states[-1]))
        assert [state.dismissed for state in states[1:]] == [
            (DismissedLine("drama+war", ("drama", "war")),)
        ] * 2 + [()] * 2
        assert states[1] is states[2]
        assert states[3] is states[4]
        assert states[0].version < states[1].version < states[3].version
        assert all(state.events == (event("a"),) for state in states)

    run_with_store(url, body)


def test_a_stranger_can_strike_and_others_are_not_concerned(embedded_url: str) -> None:
    async def body(store: PostgresStore) -> None:
        texts = TextStore(store.database)
        await texts.dismiss("ann", "war", ["war"])
        await texts.dismiss("ann", "horror", ["horror"])
        assert [one.interest for one in (await store.state("ann")).dismissed] == ["horror", "war"]
        assert await texts.dismissed("bob") == {}
        assert not (await store.state("ann")).erased

    run_with_store(embedded_url, body)


def test_strikes_are_bounded(embedded_url: str) -> None:
    async def body(store: PostgresStore) -> None:
        texts = TextStore(store.database)
        for number in range(STRUCK_OF_USER):
            await texts.dismiss("ann", str(number), ["war"])
        with pytest.raises(PalateError, match="restore one"):
            await texts.dismiss("ann", "one more", ["war"])
        await texts.dismiss("ann", "0", ["war"])

    run_with_store(embedded_url, body)


def test_tables_of_the_first_version_gain_what_they_lack(url: str) -> None:
    async def go_back(store: PostgresStore) -> None:
        await store.append([event("a")])
        for statement in (
            *TO_VERSION_2,
            "DROP TABLE palate_texts, palate_struck",
            "DROP FUNCTION palate_keep_texts, palate_strike, palate_restore",
            "UPDATE palate_schema SET version = 1",
        ):
            await store.database.rows(statement)

    async def body(store: PostgresStore) -> None:
        assert (await store.state("ann")).events == (event("a"),)
        texts = TextStore(store.database)
        await texts.keep([text()])
        assert set(await found(texts, "i1")) == {"i1"}
        assert await store.erase("ann") == 1
        assert await found(texts, "i1") == {}

    run_with_store(url, go_back)
    run_with_store(url, body)
    run_with_store(url, lambda store: store.state("ann"))
    assert fetch(url, "SELECT version FROM palate_schema") == [(SCHEMA_VERSION,)]
