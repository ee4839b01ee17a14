"""A data set is read in one process and told as it is, to a person, a program and a browser."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from palate.config import Config, load_config
from palate.data.inspection.activity import Spread, log_bins, time_bins
from palate.data.inspection.cost import run_cost
from palate.data.inspection.page import render_page
from palate.data.inspection.profile import DataProfile
from palate.data.inspection.reading import PreparedData, read_data
from palate.data.inspection.texts import NO_LETTERS, script_counts
from palate.storage import Folder

BOOKS = [("b0", "Крот"), ("b1", "鼹鼠"), ("b2", "Mole"), ("b3", "Mole"), ("b4", ""), ("b4", "Shrew")]
EVENTS = [(reader, f"b{(reader + day) % 4}", 86_400 * day) for reader in range(6) for day in range(1, 5)]
DAMAGED = ["6,b9,86400", "6,b1,soon", "1,b2,86400", "7,b1,86400"]


@pytest.fixture
def shop(tmp_path: Path) -> Config:
    books = [f"{book},{title}" for book, title in BOOKS]
    events = [f"{reader},{book},{time}" for reader, book, time in EVENTS]
    (tmp_path / "books.csv").write_text("\n".join(["item,title", *books]))
    (tmp_path / "orders.csv").write_text("\n".join(["user,item,time", *events, *DAMAGED]))
    tables = [f"data.events.path={tmp_path}/orders.csv", f"data.catalogue.path={tmp_path}/books.csv"]
    return load_config(None, ["data.name=<shop>", *tables])


def read(config: Config, folder: Path) -> PreparedData:
    return read_data(config, Folder(str(folder / "scratch")))


def cells(profile: DataProfile) -> dict[str, dict[str, tuple[str | int, ...]]]:
    """The rows of each table by their first cell."""
    return {table.title: {str(row[0]): row[1:] for row in table.rows} for table in profile.tables()}


def test_rows_are_kept_or_set_aside_with_one_row_of_each_reason(shop: Config, tmp_path: Path) -> None:
    events = read(shop, tmp_path).tables["events"]
    assert (events.counts.rows_in, events.counts.rows_kept) == (len(EVENTS) + len(DAMAGED), len(EVENTS))
    assert events.counts.refused == {
        "unknown item": 1,
        "time is not a number": 1,
        "duplicate event": 1,
        "user with too few events": 1,
    }
    assert json.loads(events.refused_rows["unknown item"])["item"] == "b9"
    assert "soon" in events.refused_rows["time is not a number"]


def test_figures_are_those_of_the_data(shop: Config, tmp_path: Path) -> None:
    told = cells(DataProfile(read(shop, tmp_path), shop))
    overview = told["<shop>"]
    assert overview["users"] == (6,)
    assert overview["items in the catalogue"] == (5,)
    assert overview["items without an event to train on"] == ("1 (20.0%)",)
    assert overview["duplicate items"] == (1,)
    assert overview["time of day"] == ("none, dates only",)
    assert told["Split: leave-one-out"]["test"][:3] == (6, 6, 6)
    assert told["Scripts of texts"]["Latin"] == ("60.0%",)
    assert told["Text of an item"]["items that share a title"] == ("40.0%", "")


def test_events_against_their_item_are_kept_and_no_part_of_the_split(shop: Config, tmp_path: Path) -> None:
    assert shop.data.events is not None
    log = Path(shop.data.events.path)
    lines = [
        f"{line},{'kind' if number == 0 else 'order'}" for number, line in enumerate(log.read_text().split())
    ]
    log.write_text("\n".join([*lines, "0,b1,600000,dislike"]))
    data = read(shop, tmp_path)
    assert data.tables["events"].counts.rows_kept == len(EVENTS) + 1
    assert sum(size.events for size in data.parts.values()) == len(EVENTS)
    assert cells(DataProfile(data, shop))["<shop>"]["of them against their item"] == (1,)


def test_a_log_of_which_nothing_is_left_is_a_refusal_and_still_shown(shop: Config, tmp_path: Path) -> None:
    config = load_config(
        None,
        [
            "data.min_user_events=9",
            *(
                f"data.{name}.path={table.path}"
                for name, table in (("events", shop.data.events), ("catalogue", shop.data.catalogue))
                if table
            ),
        ],
    )
    profile = DataProfile(read(config, tmp_path), config)
    assert [finding.refuses for finding in profile.findings] == [True]
    assert cells(profile)["Set aside"]
    assert profile.charts()


def test_the_page_shows_everything_escaped_and_asks_nothing_of_the_network(
    shop: Config, tmp_path: Path
) -> None:
    profile = DataProfile(read(shop, tmp_path), shop)
    page = render_page(profile, profile.findings)
    assert "<h1>&lt;shop&gt;</h1>" in page
    assert page.count("<svg") == len(profile.charts()) == 5
    assert "http" not in page
    assert "<script" not in page
    assert all(table.title.replace("<", "&lt;").replace(">", "&gt;") in page for table in profile.tables())


def test_scripts_are_told_by_the_letters_that_most_are_of() -> None:
    texts = ["Ночь (1999)", "長い夜です", "夜", "1984", "Crème brûlée", "night ночь ночь"]
    assert script_counts(texts) == Counter({"Cyrillic": 2, "Han": 1, "kana": 1, NO_LETTERS: 1, "Latin": 1})


def test_bins_hold_everything_once() -> None:
    labels, sizes = log_bins(np.array([1, 2, 3, 4, 9]))
    assert dict(zip(labels, sizes, strict=True)) == {"1": 1, "2-3": 2, "4-7": 1, "8-15": 1}
    starts, events = time_bins(np.array([5, 5, 6, 100]))
    assert (len(starts), sum(events), events[0]) == (40, 4, 3)
    assert time_bins(np.array([7, 7]))[1] == [2]
    assert Spread.of(np.array([3, 1, 2])) == (2, 2, 3)


def test_a_run_costs_more_with_more_of_anything() -> None:
    config, sizes = Config(), {"rows": 10**5, "users": 10**3, "items": 10**3, "events": 10**5}
    least = run_cost(config, **sizes)
    for name, size in sizes.items():
        assert run_cost(config, **sizes | {name: 10 * size}).seconds > least.seconds
    refitted = Config.model_validate({"release": {"refit": True}})
    assert run_cost(refitted, **sizes).seconds > least.seconds
    frozen = Config.model_validate({"encoder": {"method": "frozen"}})
    assert run_cost(frozen, **sizes).seconds < least.seconds
