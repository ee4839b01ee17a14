"""Places of events on the lists that they came from, as training is told them."""

from __future__ import annotations

from pathlib import Path

from palate.data.anonymise import anonymous_id
from palate.online import LiveEvent, PostgresStore
from palate.online.impressions import ImpressionStore, ShownItem, ShownList, new_list_id
from palate.online.impressions.shown_list import items_json, list_time
from palate.online.shown_places import export_shown_places
from palate.storage import Folder
from tests.support.online_helpers import run_with_store


def shown(user: str, items: str, kind: str = "recommend") -> ShownList:
    list_id = new_list_id()
    return ShownList(
        id=list_id,
        time=list_time(list_id),
        user=user,
        version=0,
        kind=kind,
        release="r1",
        arm="",
        items=items_json(ShownItem(item, score=1.0, sources={}) for item in items),
    )


def clicked(number: int, user: str, item: str, list_id: str) -> LiveEvent:
    return LiveEvent(str(number), user=user, item=item, kind="click", value=1.0, time=number, list=list_id)


def test_places_are_those_of_items_on_lists_of_their_own_user(embedded_url: str, tmp_path: Path) -> None:
    ann, nobodys, search = shown("ann", "abc"), shown("", "cb"), shown("ann", "ab", kind="search")
    sent = [
        ("ann", "c", ann),
        ("ben", "b", nobodys),
        ("ben", "a", ann),
        ("ann", "z", ann),
        ("ann", "a", search),
    ]

    async def fill(store: PostgresStore) -> None:
        await ImpressionStore(store.database).keep([ann, nobodys, search])
        for number, (user, item, source) in enumerate(sent):
            await store.append([clicked(number, user, item, source.id)])

    run_with_store(embedded_url, fill)
    folder = Folder(str(tmp_path / "places"))
    assert export_shown_places(embedded_url, folder) == 2
    assert folder.read_table("").to_pylist() == [
        {"user": "ann", "item": "c", "time": 0, "place": 3},
        {"user": "ben", "item": "b", "time": 1, "place": 2},
    ]
    key = b"0123456789abcdef"
    export_shown_places(embedded_url, folder, key)
    assert folder.read_table("")["user"].to_pylist() == [anonymous_id(user, key) for user in ("ann", "ben")]


def test_a_store_without_lists_leaves_no_places(embedded_url: str, tmp_path: Path) -> None:
    folder = Folder(str(tmp_path))
    assert export_shown_places(embedded_url, folder / "places") == 0
    assert list(folder.tables("places")) == []
