"""Texts of events: kept with their vectors, exported, and gone with their user."""

from __future__ import annotations

from pathlib import Path

import pytest

from palate.errors import PalateError
from palate.online import LiveEvent, PostgresStore
from palate.online.event_import import import_events
from palate.online.event_texts import EventTextStore, EventVector
from palate.online.export import TRAINING_SCHEMA, export_events
from palate.online.postgres.schema import SCHEMA_VERSION
from palate.storage import Folder
from tests.support.online_helpers import TO_VERSION_6, event, fetch, run_with_store

SEARCH = LiveEvent(
    "s", user="ann", item="", kind="search", value=1.0, time=3, text="Space, “horror”\nquiet ✓"
)
REVIEW = LiveEvent("r", user="ann", item="i1", kind="review", value=4.0, time=4, text="as good as they say")


def test_texts_with_and_without_an_item_are_part_of_the_state(url: str) -> None:
    async def body(store: PostgresStore) -> None:
        assert await store.append([SEARCH, REVIEW, SEARCH]) == [True, True, False]
        state = await store.state("ann")
        assert state.events == (SEARCH, REVIEW)
        assert state.total == 2

    run_with_store(url, body)


def test_vectors_are_found_by_the_encoder_that_made_them_and_only_for_the_text_they_are_of(url: str) -> None:
    made = EventVector("ann", id="s", text=SEARCH.text or "", vector=b"1234")

    async def body(store: PostgresStore) -> None:
        texts = EventTextStore(store.database)
        await store.append([SEARCH, REVIEW])
        await texts.keep("first", [made, made._replace(id="r"), made._replace(user="bob")])
        assert await texts.vectors("ann", ["s", "r"], "first") == {"s": b"1234"}
        assert await texts.vectors("ann", ["s"], "second") == {}
        await texts.keep("second", [made._replace(vector=b"5678")])
        assert await texts.vectors("ann", ["s"], "first") == {}
        assert await texts.vectors("ann", ["s"], "second") == {"s": b"5678"}

    run_with_store(url, body)


def test_an_erasure_takes_texts_and_vectors_and_a_late_vector_finds_nothing(url: str) -> None:
    made = EventVector("ann", id="s", text=SEARCH.text or "", vector=b"1234")

    async def body(store: PostgresStore) -> None:
        texts = EventTextStore(store.database)
        await store.append([SEARCH])
        await texts.keep("first", [made])
        await store.erase("ann")
        await texts.keep("first", [made])
        assert await texts.vectors("ann", ["s"], "first") == {}

    run_with_store(url, body)
    assert fetch(url, "SELECT count(*) FROM palate_events") == [(0,)]


def test_the_export_has_texts_and_that_for_training_has_none(url: str, tmp_path: Path) -> None:
    run_with_store(url, lambda store: store.append([SEARCH, REVIEW, event("e")]))
    folder = Folder(str(tmp_path / "exported"))
    assert export_events(url, folder).events == 3
    rows = folder.read_table("").to_pylist()
    assert [(row["id"], row["item"], row["text"]) for row in rows] == [
        ("s", None, SEARCH.text),
        ("r", "i1", REVIEW.text),
        ("e", "i1", None),
    ]
    assert export_events(url, folder, for_training=True).events == 2
    table = folder.read_table("")
    assert table.schema == TRAINING_SCHEMA
    assert table["kind"].to_pylist() == ["review", "click"]


def test_an_export_goes_into_a_store_once_and_nobody_erased_comes_back(url: str, tmp_path: Path) -> None:
    kept = [SEARCH, REVIEW, event("b", user="bob")]
    run_with_store(url, lambda store: store.append(kept))
    folder = Folder(str(tmp_path / "exported"))
    export_events(url, folder)
    assert import_events(url, folder) == (0, 3, 0)

    async def lose_and_erase(store: PostgresStore) -> None:
        await store.database.rows("DELETE FROM palate_events WHERE user_id = 'ann'")
        await store.erase("bob")

    run_with_store(url, lose_and_erase)
    assert import_events(url, folder) == (2, 0, 1)
    assert import_events(url, folder) == (0, 2, 1)
    assert run_with_store(url, lambda store: store.state("ann")).events == (SEARCH, REVIEW)


def test_a_folder_that_is_no_export_is_told_so(url: str, tmp_path: Path) -> None:
    folder = Folder(str(tmp_path / "none"))
    with pytest.raises(PalateError, match="palate events export"):
        import_events(url, folder)
    folder.write_table("part.parquet", TRAINING_SCHEMA.empty_table())
    with pytest.raises(PalateError, match="lacks the columns id, text"):
        import_events(url, folder)


def test_tables_of_the_sixth_version_gain_texts_and_keep_their_events(url: str) -> None:
    async def go_back(store: PostgresStore) -> None:
        await store.append([event("a")])
        for statement in TO_VERSION_6:
            await store.database.rows(statement)

    async def body(store: PostgresStore) -> None:
        assert await store.append([SEARCH]) == [True]
        assert (await store.state("ann")).events == (event("a"), SEARCH)

    run_with_store(url, go_back)
    run_with_store(url, body)
    assert fetch(url, "SELECT version FROM palate_schema") == [(SCHEMA_VERSION,)]
