"""What the endpoint was told is learned with the raw tables: each event once, and nothing of the erased."""

from __future__ import annotations

from pathlib import Path

import pytest

from jobs.prepare import STAGE
from jobs.runtime.stage import run_stage, stage_folder, stage_key
from jobs.runtime.stage_inputs import SHOWN_PLACES
from palate.config import Config, load_config
from palate.data.histories import Histories
from palate.online import LiveEvent, PostgresStore, embedded_store
from palate.online.impressions import ImpressionStore
from palate.online.items import ItemChange, ItemState, ItemStore
from tests.support.online_helpers import run_with_store
from tests.support.worlds.shown_lists import shown_to_ann

pytestmark = pytest.mark.usefixtures("local_ray")

ROWS = [
    ("ann", "a", 1),
    ("ann", "b", 2),
    ("ann", "c", 3),
    ("erased-one", "a", 1),
    ("erased-one", "secret", 2),
]
TOLD = [("ann", "c", 3), ("ann", "d", 4), ("new", "a", 5), ("new", "b", 6), ("new", "d", 7)]


@pytest.fixture
def config(tmp_path: Path) -> Config:
    lines = [f"{user},{item},{time}" for user, item, time in ROWS]
    (tmp_path / "events.csv").write_text("\n".join(["user,item,time", *lines, '"erased-one,x,y,z']))
    (tmp_path / "items.csv").write_text(
        "\n".join(["item,title", *(f"{item},{item}" for item in [*"abcd", "secret"])])
    )
    return load_config(
        None,
        [
            f"run={tmp_path}/run",
            f"data.events.path={tmp_path}/events.csv",
            f"data.catalogue.path={tmp_path}/items.csv",
            f"data.store={tmp_path}/store",
            "data.partitions=2",
        ],
    )


def tell(config: Config) -> None:
    """Send the endpoint's events, one of which the table has too, and erase somebody of the table.

    All of them came from a list that was shown to "ann".
    """
    shown = shown_to_ann("bcda", {})
    events = [
        LiveEvent(str(number), user=user, item=item, kind="event", value=1.0, time=time, list=shown.id)
        for number, (user, item, time) in enumerate(TOLD)
    ]

    async def body(store: PostgresStore) -> None:
        await ImpressionStore(store.database).keep([shown])
        await store.append(
            [*events, LiveEvent("gone", user="erased-one", item="d", kind="event", value=1.0, time=9)]
        )
        await store.erase("erased-one")

    with embedded_store(Path(config.data.store or "")) as url:
        run_with_store(url, body)


def test_each_event_is_learned_once_and_nothing_of_the_erased(config: Config) -> None:
    tell(config)
    run_stage(STAGE, config)
    folder = stage_folder(config, "prepare")
    histories = Histories.from_table(folder.read_table("histories"))
    assert histories.users.to_pylist() == ["ann", "new"]
    assert [len(histories.whole(user).items) for user in range(2)] == [4, 3]
    assert folder.read_table(SHOWN_PLACES).to_pylist() == [
        {"user": "ann", "item": "c", "time": 3, "place": 2},
        {"user": "ann", "item": "d", "time": 4, "place": 3},
    ]
    quarantined = folder.read_json("summary.json")["quarantined"]
    assert quarantined["duplicate event"] == 1
    assert quarantined["user was erased"] == 2
    contents = [path.read_bytes() for path in Path(config.run).rglob("*") if path.is_file()]
    assert not any(b"erased-one" in content for content in contents)


def test_what_the_endpoint_is_told_makes_the_stage_run_again(config: Config) -> None:
    with embedded_store(Path(config.data.store or "")):
        before = stage_key(STAGE, config)
        tell(config)
        assert stage_key(STAGE, config) != before


def test_live_items_are_learned_and_gone_ones_are_not(config: Config) -> None:
    async def body(store: PostgresStore) -> None:
        await ItemStore(store.database).put(
            [
                ItemChange("fresh", {"title": "A fresh one"}),
                ItemChange("b", {"title": "Another name"}),
                ItemChange("c", {}, ItemState.GONE),
            ]
        )

    with embedded_store(Path(config.data.store or "")) as url:
        before = stage_key(STAGE, config)
        run_with_store(url, body)
        assert stage_key(STAGE, config) != before
    tell(config)
    run_stage(STAGE, config)
    folder = stage_folder(config, "prepare")
    catalogue = folder.read_table("catalogue.parquet").to_pylist()
    assert {row["item"]: row["title"] for row in catalogue} == {
        "a": "a", "b": "Another name", "d": "d", "fresh": "A fresh one", "secret": "secret",
    }  # fmt: skip
    assert folder.read_json("summary.json")["quarantined"]["gone from the living catalogue"] == 1
