"""Lists of a block of users as a table: of one moment, and with a row for everybody."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from palate.data.histories import Histories
from palate.recommender.artefacts import Artefacts
from palate.recommender.batch import GROUP, LISTS_SCHEMA, ListSettings, similar_items, user_lists
from palate.recommender.recommender import Recommender
from palate.schema import DAY
from palate.storage import Folder
from tests.support.releases.small import publish_tiny, tiny_run
from tests.support.worlds.tiny import Tiny


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory, tiny: Tiny) -> Folder:
    return tiny_run(str(tmp_path_factory.mktemp("run")), tiny.catalogue, tiny.histories)


@pytest.fixture(scope="module")
def recommender(run: Folder, tmp_path_factory: pytest.TempPathFactory) -> Recommender:
    return Recommender(Artefacts.of(publish_tiny(run, Folder(str(tmp_path_factory.mktemp("r"))), "ease")))


def users_with(*histories: list[int]) -> Histories:
    """A user for each list of items, an item a day."""
    lengths = [len(items) for items in histories]
    return Histories(
        users=pa.array([f"v{number}" for number in range(len(histories))]),
        offsets=np.cumsum([0, *lengths]).astype(np.int64),
        items=np.array([item for items in histories for item in items], np.int32),
        times=np.concatenate([np.arange(length, dtype=np.int64) * DAY for length in lengths]),
        train_end=np.array(lengths, np.int32),
        validation_end=np.array(lengths, np.int32),
    )


def test_whoever_has_had_everything_has_a_row_with_an_empty_list(recommender: Recommender) -> None:
    lists = user_lists(recommender, users_with(list(range(12)), [0, 1]), ListSettings(3), now=0)
    assert lists.schema == LISTS_SCHEMA
    assert [len(items) for items in lists["items"].to_pylist()] == [0, 3]


def test_nobody_is_left_out_between_two_groups(recommender: Recommender) -> None:
    crowd = users_with(*([number % 12] for number in range(GROUP + 1)))
    lists = user_lists(recommender, crowd, ListSettings(2), now=0)
    assert lists["user"].to_pylist() == crowd.users.to_pylist()
    alone = user_lists(recommender, users_with([GROUP % 12]), ListSettings(2), now=0)
    assert lists["items"].to_pylist()[GROUP] == alone["items"].to_pylist()[0]


def test_a_score_stands_beside_each_item_and_falls(recommender: Recommender) -> None:
    (row,) = user_lists(recommender, users_with([0, 1]), ListSettings(5), now=0).to_pylist()
    assert len(row["items"]) == len(row["scores"]) == len(row["sources"]) == 5
    assert row["scores"] == sorted(row["scores"], reverse=True)
    assert all(row["sources"])


def test_what_may_be_had_again_is_a_matter_of_the_moment_that_is_given(run: Folder, tmp_path: Path) -> None:
    settings = run.read_json("config.json")
    changed = Folder(str(tmp_path / "run"))
    changed.upload(Path(run.path))
    changed.write_json("config.json", settings | {"data": {"repeat": "after 7d"}})
    recommender = Recommender(Artefacts.of(publish_tiny(changed, Folder(str(tmp_path / "r")), "ease")))
    user = users_with([0, 1])
    (soon, later) = (
        user_lists(recommender, user, ListSettings(12), now=day * DAY)["items"].to_pylist()[0]
        for day in (2, 30)
    )
    assert {"i00", "i01"} & set(soon) == set()
    assert {"i00", "i01"} <= set(later)


def test_similar_items_leave_out_the_item_itself(recommender: Recommender) -> None:
    table = similar_items(recommender, range(12), 11)
    for row in table.to_pylist():
        assert sorted([row["item"], *row["items"]]) == list(recommender.catalogue.items)
