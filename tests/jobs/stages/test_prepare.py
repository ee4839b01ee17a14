"""The stage on real local Ray: no row is lost, whatever is in it, and the way does not change the result."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from jobs.prepare import STAGE
from jobs.runtime.stage import run_stage, stage_folder
from palate.config import Config, load_config
from palate.data.histories import Histories
from palate.data.inspection.reading import read_data
from palate.errors import PalateError
from palate.schema import CATALOGUE_SCHEMA, HISTORIES_SCHEMA, QUARANTINE_SCHEMA
from palate.storage import Folder

pytestmark = pytest.mark.usefixtures("local_ray")

CONFIGS = Path(__file__).parents[3] / "configs"
USERS, EACH, DAMAGED = 50, 20, 1000
GOOD = [
    (f"user{user}", f"item{(user * 7 + step) % 40}", 1000 * step)
    for user in range(USERS)
    for step in range(EACH)
]

Damage = dict[str, Callable[[int], bytes]]
"""Expected reason to the line with this number."""

CSV_DAMAGE: Damage = {
    "not valid UTF-8": lambda n: b"user1,item1\xff,%d" % n,
    "wrong number of fields": lambda n: b"user1,item1,%d,more" % n,
    "broken quotes": lambda n: b'user1,"item1,%d' % n,
    "empty line": lambda n: b"",
    "missing user": lambda n: b",item1,%d" % n,
    "control character in item": lambda n: b"user1,it\x00em,%d" % n,
    "user is too long": lambda n: b"u" * 300 + b",item1,%d" % n,
    "time is not a number": lambda n: b"user1,item1,about %d" % n,
    "negative time": lambda n: b"user1,item1,-%d" % (n + 1),
    "unknown item": lambda n: b"user1,nothing%d,5" % n,
}
JSON_DAMAGE: Damage = {
    "not valid JSON": lambda n: b'{"user": "user1", "item": %d' % n,
    "not a JSON object": lambda n: b'["user1", "item1", %d]' % n,
    "not valid UTF-8": lambda n: b'{"user": "\xff", "item": "item1", "time": %d}' % n,
    "nested too deeply": lambda n: b"[" * 20_000 + b"%d" % n,
    "user is not text or a number": lambda n: b'{"user": ["user1"], "item": "item1", "time": %d}' % n,
    "missing item": lambda n: b'{"user": "user1", "time": %d}' % n,
    "missing time": lambda n: b'{"user": "user1", "item": "item%d"}' % n,
    "time in the future": lambda n: b'{"user": "user1", "item": "item1", "time": 9%015d}' % n,
    "value is not finite": lambda n: b'{"user": "user1", "item": "item1", "value": NaN, "time": %d}' % n,
    "control character in user": lambda n: b'{"user": "us\\u0007er", "item": "item1", "time": %d}' % n,
}


def csv_line(user: str, item: str, time: int) -> bytes:
    return f"{user},{item},{time}".encode()


def json_line(user: str, item: str, time: int) -> bytes:
    return json.dumps({"user": user, "item": item, "time": time}).encode()


def write_lines(
    path: Path, damage: Damage, line: Callable[[str, str, int], bytes], header: bytes, seed: int
) -> Path:
    lines = [line(*event) for event in GOOD] + [make(n) for make in damage.values() for n in range(DAMAGED)]
    random.Random(seed).shuffle(lines)
    path.write_bytes(header + b"\n".join(lines) + b"\n")
    return path


def write_catalogue(folder: Path) -> Path:
    path = folder / "catalogue.parquet"
    pq.write_table(
        pa.table({"item": [f"item{n}" for n in range(40)], "title": [f"Film {n}" for n in range(40)]}), path
    )
    return path


def prepared(folder: Path, **data: Any) -> Folder:
    config = Config.model_validate({"run": str(folder / "run"), "data": data})
    run_stage(STAGE, config)
    return stage_folder(config, "prepare")


def from_lines(folder: Path, events: Path, kind: str, **data: Any) -> Folder:
    tables = {
        "events": {"path": str(events), "format": kind},
        "catalogue": {"path": str(write_catalogue(folder))},
    }
    return prepared(folder, source="tables", **tables, **data)


def histories(prepare: Folder) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = prepare.read_table("histories").sort_by("user").to_pylist()
    return rows


@pytest.fixture(scope="module")
def from_csv(local_ray: None, tmp_path_factory: pytest.TempPathFactory) -> Folder:
    folder = tmp_path_factory.mktemp("csv")
    events = write_lines(folder / "events.csv", CSV_DAMAGE, csv_line, b"user,item,time\n", seed=1)
    return from_lines(folder, events, "csv", partitions=3)


@pytest.fixture(scope="module")
def from_jsonl(local_ray: None, tmp_path_factory: pytest.TempPathFactory) -> Folder:
    folder = tmp_path_factory.mktemp("jsonl")
    events = write_lines(folder / "events.jsonl", JSON_DAMAGE, json_line, b"", seed=2)
    return from_lines(folder, events, "jsonl", partitions=1)


@pytest.fixture(params=["csv", "jsonl"])
def damaged(request: pytest.FixtureRequest) -> tuple[Folder, Damage]:
    damage = {"csv": CSV_DAMAGE, "jsonl": JSON_DAMAGE}[request.param]
    return request.getfixturevalue(f"from_{request.param}"), damage


def test_ten_thousand_damaged_rows_are_all_in_quarantine(damaged: tuple[Folder, Damage]) -> None:
    prepare, damage = damaged
    quarantine = prepare.read_table("quarantine")
    assert quarantine.schema == QUARANTINE_SCHEMA
    assert Counter(quarantine["reason"].to_pylist()) == dict.fromkeys(damage, DAMAGED)
    assert set(quarantine["table"].to_pylist()) == {"events"}


def test_each_damaged_row_is_there_with_its_text(damaged: tuple[Folder, Damage]) -> None:
    prepare, damage = damaged
    texts: dict[str, set[str]] = {reason: set() for reason in damage}
    for row in prepare.read_table("quarantine").to_pylist():
        texts[row["reason"]].add(row["row"])
    assert {reason: len(rows) for reason, rows in texts.items() if reason != "empty line"} == {
        reason: DAMAGED for reason in damage if reason != "empty line"
    }


def test_what_came_in_was_kept_or_quarantined(damaged: tuple[Folder, Damage]) -> None:
    summary = damaged[0].read_json("summary.json")
    events = summary["tables"]["events"]
    assert events["rows_in"] == len(GOOD) + 10 * DAMAGED
    assert events["rows_kept"] == summary["events"] == len(GOOD)
    assert (summary["users"], summary["items"]) == (USERS, 40)


def test_the_same_histories_whatever_the_format_order_and_partitions(
    from_csv: Folder, from_jsonl: Folder
) -> None:
    assert len(from_csv.files("histories")) == 3
    assert len(from_jsonl.files("histories")) == 1
    found = histories(from_csv)
    assert found == histories(from_jsonl)
    assert {row["user"]: len(row["items"]) for row in found} == {f"user{n}": EACH for n in range(USERS)}


def test_each_file_has_its_users_in_order(from_csv: Folder) -> None:
    tables = list(from_csv.tables("histories"))
    assert from_csv.files("histories") == [f"histories/part-0000{n}.parquet" for n in range(3)]
    assert all(table.schema == HISTORIES_SCHEMA for table in tables)
    users = [table["user"].to_pylist() for table in tables]
    assert users == [sorted(part) for part in users]
    assert sum(map(len, users)) == USERS


def test_another_run_writes_the_same_bytes(from_csv: Folder, tmp_path: Path) -> None:
    events = write_lines(tmp_path / "events.csv", CSV_DAMAGE, csv_line, b"user,item,time\n", seed=3)
    again = from_lines(tmp_path, events, "csv", partitions=3)
    names = [*from_csv.files("histories"), *from_csv.files("quarantine"), "catalogue.parquet", "summary.json"]
    assert {name: again.read_bytes(name) for name in names} == {
        name: from_csv.read_bytes(name) for name in names
    }


def test_a_look_before_the_run_counts_what_the_run_does(from_csv: Folder, tmp_path: Path) -> None:
    events = write_lines(tmp_path / "events.csv", CSV_DAMAGE, csv_line, b"user,item,time\n", seed=1)
    catalogue = write_catalogue(tmp_path)
    config = load_config(None, [f"data.events.path={events}", f"data.catalogue.path={catalogue}"])
    seen, counted = read_data(config, Folder(str(tmp_path / "raw"))), from_csv.read_json("summary.json")
    assert {name: table.counts.to_json() for name, table in seen.tables.items()} == counted["tables"]
    assert {name: size._asdict() for name, size in seen.parts.items()} == counted["parts"]
    rows = seen.histories.to_table().sort_by("user").to_pylist()
    assert rows == histories(from_csv)


def test_movielens_100k_is_complete(tmp_path: Path) -> None:
    config = load_config(CONFIGS / "movielens-100k.yaml", [f"run={tmp_path}/run"])
    manifest = run_stage(STAGE, config)
    prepare = stage_folder(config, "prepare")
    summary = prepare.read_json("summary.json")
    assert (summary["users"], summary["items"], summary["events"]) == (943, 1682, 100_000)
    assert summary["quarantined"] == {}
    assert (manifest["rows_in"], manifest["rows_out"], manifest["rows_quarantined"]) == (101_682, 101_682, 0)
    catalogue = prepare.read_table("catalogue.parquet")
    assert catalogue.schema.names[: len(CATALOGUE_SCHEMA)] == CATALOGUE_SCHEMA.names
    texts = dict(zip(catalogue["item"].to_pylist(), catalogue["text"].to_pylist(), strict=True))
    assert texts["1"] == "Toy Story (1995). Animation Children's Comedy"
    assert texts["12"] == "The Usual Suspects (1995). Crime Thriller"
    assert catalogue["item"].to_pylist() == sorted(texts)
    assert not prepare.exists("raw")


def test_core_time_split_and_anonymous_ids_through_parquet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PALATE_ID_KEY", "a secret that nobody can guess")
    rows = [
        *GOOD,
        *[(f"rare{n}", "item39", 5) for n in range(3)],
        ("user0", "item0", 0),
        ("user0", "lost", 0),
    ]
    user, item, time = zip(*rows, strict=True)
    pq.write_table(
        pa.table({"who": user, "item": item, "time": time}), tmp_path / "events.parquet", row_group_size=300
    )
    events = {"path": str(tmp_path / "events.parquet"), "columns": {"user": "who"}}
    tables = {"events": events, "catalogue": {"path": str(write_catalogue(tmp_path))}}
    prepare = prepared(
        tmp_path,
        source="tables",
        **tables,
        split="global-time",
        anonymise=True,
        min_user_events=2,
        min_item_events=5,
    )
    summary = prepare.read_json("summary.json")
    assert summary["quarantined"] == {"duplicate event": 1, "unknown item": 1, "user with too few events": 3}
    table = prepare.read_table("histories")
    assert not any(name.startswith(("user", "rare")) for name in table["user"].to_pylist())
    assert "user0" not in str(prepare.read_table("quarantine").to_pylist())
    found = Histories.from_table(table)
    assert {len(found.targets(number, "test")) for number in range(len(found))} == {2}
    assert {len(found.targets(number, "validation")) for number in range(len(found))} == {2}


def test_a_log_of_which_nothing_is_left_is_an_error_with_its_quarantine(tmp_path: Path) -> None:
    (tmp_path / "events.csv").write_text("user,item,time\na,item1,5\n")
    with pytest.raises(PalateError, match="No event"):
        from_lines(tmp_path, tmp_path / "events.csv", "csv")
    (row,) = (Folder(str(tmp_path / "run")) / "prepare").read_table("quarantine").to_pylist()
    assert row["reason"] == "user with too few events"


def test_a_missing_file_is_an_error_before_anything_is_read(tmp_path: Path) -> None:
    with pytest.raises(PalateError, match=r"data\.events\.path"):
        from_lines(tmp_path, tmp_path / "nothing.csv", "csv")
