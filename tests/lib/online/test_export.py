"""The export holds every event of one moment, and who was erased."""

from __future__ import annotations

from pathlib import Path

import pytest

from palate.online import LiveEvent, PostgresStore
from palate.online import export as export_module
from palate.online.export import export_events, store_version
from palate.online.impressions import new_list_id
from palate.storage import Folder
from tests.support.online_helpers import event, run_with_store


def test_every_event_is_exported_but_nothing_of_the_erased(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_module, "ROWS_A_FILE", 2)
    kept = [
        LiveEvent(
            f"e{n}",
            user="ann",
            item=f"i{n}",
            kind="view",
            value=n / 2,
            time=n,
            list=new_list_id() if n else None,
        )
        for n in range(5)
    ]

    async def body(store: PostgresStore) -> None:
        await store.append([*kept, event("gone", user="bob")])
        await store.erase("bob")

    run_with_store(url, body)
    folder = Folder(str(tmp_path / "exported"))
    exported = export_events(url, folder)
    assert (exported.events, exported.erased) == (5, {"bob"})
    assert len(folder.files()) == 3
    table = folder.read_table("")
    assert table.schema == export_module.EXPORT_SCHEMA
    assert [tuple(row.values()) for row in table.to_pylist()] == [
        (one.id, one.user, one.item, one.kind, one.value, one.time, one.list, None) for one in kept
    ]


def test_an_empty_store_leaves_an_empty_table(url: str, tmp_path: Path) -> None:
    folder = Folder(str(tmp_path / "exported"))
    assert export_events(url, folder).events == 0
    assert folder.read_table("").num_rows == 0


def test_each_change_raises_the_version(url: str) -> None:
    before = store_version(url)
    run_with_store(url, lambda store: store.append([event("new")]))
    told = store_version(url)
    run_with_store(url, lambda store: store.erase("ann"))
    assert before < told < store_version(url)
