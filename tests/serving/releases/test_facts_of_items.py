"""Facts of an item in the HTTP API: what explanations may say, with its place in the item's own columns."""

from __future__ import annotations

import pyarrow as pa
import pytest

from palate.storage import Folder
from serving.api.schemas import ItemsRequest
from serving.api.schemas.items import NewItem
from serving.api.services import Services
from serving.releases.active_release import ReleaseWatcher
from tests.support.api.scenario import run_scenario
from tests.support.releases.small import publish_tiny, tiny_run
from tests.support.worlds.tiny import Tiny

PLOT = "A retired safecracker plans one last robbery."
EXPLAIN = {"facts": ["director"], "texts": ["plot"]}


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory, tiny: Tiny) -> Folder:
    folder = Folder(str(tmp_path_factory.mktemp("facts")))
    rows = len(tiny.catalogue)
    catalogue = tiny.catalogue.append_column("director", pa.array(["Jane Doe|Max Roe"] * rows))
    made = tiny_run(
        (folder / "run").uri, catalogue.append_column("plot", pa.array([PLOT] * rows)), tiny.histories
    )
    made.write_json("config.json", made.read_json("config.json") | {"explain": EXPLAIN})
    publish_tiny(made, folder / "releases", "ease")
    return folder / "releases"


def test_an_item_is_shown_with_its_facts_and_their_places(releases: Folder, store_url: str) -> None:
    async def scenario(services: Services, _: ReleaseWatcher) -> None:
        item = await services.items.item("i00")
        columns = item.fields | {"title": item.title}
        assert [fact.text for fact in item.facts if fact.column == "director"] == ["Jane Doe", "Max Roe"]
        assert "retired safecracker" in [fact.text for fact in item.facts if fact.column == "plot"]
        assert all(columns[fact.column][fact.start : fact.end] == fact.text for fact in item.facts)

    run_scenario(releases, store_url, scenario)


def test_facts_of_a_live_item_are_those_that_were_said_of_it_last(releases: Folder, store_url: str) -> None:
    async def scenario(services: Services, _: ReleaseWatcher) -> None:
        told = NewItem(item="i01", fields={"director": "Ann Poe", "plot": None})
        await services.items.put(ItemsRequest(items=[told]))
        facts = (await services.items.item("i01")).facts
        assert [(fact.column, fact.text, fact.start, fact.end) for fact in facts] == [
            ("director", "Ann Poe", 0, 7)
        ]

    run_scenario(releases, store_url, scenario)
