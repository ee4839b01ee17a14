"""Synthetic data: what a seed fixes, and that the structure asked for is there."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from palate.config import load_config
from palate.data.inspection.profile import DataProfile
from palate.data.inspection.reading import read_data
from palate.errors import PalateError
from palate.generate import DataShape, generate_tables
from palate.storage import Folder

SHAPE = DataShape(users=3000, items=400, events=120_000, seed=7)


def drawn(folder: Path, shape: DataShape = SHAPE, block_rows: int = 1_000_000) -> Folder:
    generate_tables(shape, Folder(str(folder)), block_rows=block_rows)
    return Folder(str(folder))


def digests(folder: Folder) -> dict[str, str]:
    names = [*folder.files("events"), *folder.files("catalogue")]
    return {name: hashlib.sha256(folder.read_bytes(name)).hexdigest() for name in names}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    return drawn(tmp_path_factory.mktemp("shop") / "data")


@pytest.fixture(scope="module")
def events(shop: Folder) -> pa.Table:
    return shop.read_table("events")


def test_the_same_seed_gives_the_same_bytes_and_another_gives_others(tmp_path: Path, shop: Folder) -> None:
    assert digests(drawn(tmp_path / "again")) == digests(shop)
    other = DataShape(users=3000, items=400, events=120_000, seed=8)
    assert digests(drawn(tmp_path / "other", other)) != digests(shop)


def test_the_size_of_a_block_changes_no_row(tmp_path: Path, shop: Folder, events: pa.Table) -> None:
    small = drawn(tmp_path / "small", block_rows=10)
    assert len(small.files("events")) > 1
    assert small.read_table("events").equals(events)
    assert small.read_table("catalogue").equals(shop.read_table("catalogue"))


@pytest.mark.parametrize(("users", "count"), [(7, 21), (7, 200_003), (60_000, 180_001)])
def test_there_are_exactly_as_many_events_as_asked(tmp_path: Path, users: int, count: int) -> None:
    table = drawn(tmp_path / "data", DataShape(users=users, items=50, events=count)).read_table("events")
    assert table.num_rows == count
    assert len(table["user"].unique()) == users


def test_times_rise_within_a_user_whose_events_stand_together(events: pa.Table) -> None:
    user = events["user"].to_numpy()
    same = user[1:] == user[:-1]
    assert np.all(np.diff(events["time"].to_numpy())[same] > 0)
    assert np.count_nonzero(~same) + 1 == SHAPE.users


@pytest.mark.parametrize("slope", [0.6, 1.0])
def test_popularity_falls_by_the_slope_that_was_asked_for(tmp_path: Path, slope: float) -> None:
    shape = DataShape(users=2000, items=300, events=200_000, slope=slope, new_items=0.0)
    counts = drawn(tmp_path / "data", shape).read_table("events")["item"].value_counts()
    sizes = np.sort([row["counts"] for row in counts.to_pylist()])[::-1]
    ranks = np.arange(1, len(sizes) + 1)
    fitted = np.polyfit(np.log(ranks[:200]), np.log(sizes[:200]), 1)[0]
    assert -fitted == pytest.approx(slope, abs=0.15)


def clusters_of(shop: Folder, events: pa.Table) -> np.ndarray:
    catalogue = shop.read_table("catalogue").to_pandas()
    names = catalogue.set_index("item")["category"] + catalogue.set_index("item")["style"]
    return names.loc[events["item"].to_numpy()].to_numpy()


def stays(cluster: np.ndarray, user: np.ndarray, lag: int) -> float:
    """How often a user's event has the cluster of the one `lag` before."""
    same_user = user[lag:] == user[:-lag]
    return float(np.mean((cluster[lag:] == cluster[:-lag])[same_user]))


def test_users_have_a_taste_and_it_drifts(shop: Folder, events: pa.Table) -> None:
    cluster, user = clusters_of(shop, events), events["user"].to_numpy()
    shuffled = np.random.default_rng(0).permutation(cluster)
    assert stays(cluster, user, 1) > 2 * stays(shuffled, user, 1)
    assert stays(cluster, user, 1) > stays(cluster, user, 40) + 0.02


def test_new_items_appear_through_the_log(events: pa.Table) -> None:
    first = events.group_by("item").aggregate([("time", "min")])["time_min"].to_numpy()
    span = events["time"].to_numpy()
    late = np.mean(first > span.min() + 0.1 * (span.max() - span.min()))
    assert 0.1 < late < 0.3


def test_a_check_finds_nothing_to_complain_about(tmp_path: Path, shop: Folder) -> None:
    config = load_config(f"{shop.uri}/config.yaml")
    profile = DataProfile(read_data(config, Folder(str(tmp_path))), config)
    assert profile.findings == []
    assert not [table for table in profile.tables() if table.title == "Set aside" and table.rows]


@pytest.mark.parametrize(
    ("sizes", "message"),
    [
        ({"users": 0}, "at least 1 user"),
        ({"events": 20}, "too few for 10 users"),
        ({"slope": -1.0}, "slope"),
        ({"drift": float("nan")}, "share"),
        ({"new_items": 1.0}, "below 1"),
    ],
)
def test_sizes_that_no_data_can_have_are_refused(sizes: dict[str, float], message: str) -> None:
    with pytest.raises(PalateError, match=message):
        DataShape(**{"users": 10, "items": 10, "events": 100} | sizes)  # type: ignore[arg-type]


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("mine")
    with pytest.raises(PalateError, match="not empty"):
        drawn(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["precious"]
