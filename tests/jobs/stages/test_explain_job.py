"""`palate explain` on a tiny release: real Ray Data, a real engine, a real store."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from jobs.explain import REPORT, STAGE
from jobs.runtime.stage import run_stage, stage_folder
from jobs.texts.export import keep_texts
from jobs.texts.text_requests import block_file
from jobs.texts.writer_actor import texts_file
from palate.config import Config
from palate.errors import PalateError
from palate.explain import Vocabulary, check
from palate.explain.evidence.serialisation import evidence_of
from palate.online import TextStore, store_at
from palate.online.postgres.database import Database
from palate.release import verified_release
from palate.storage import Folder
from tests.support.processes.palate_explain import ExplainJob
from tests.support.processes.process_tree import kill
from tests.support.releases.explained import publish_explained
from tests.support.worlds.tiny import Tiny

GOOD = [("u00", "i05"), ("u01", "i06"), ("u02", "i00")]
POISONED = [("nobody", "i05"), ("u00", "nothing"), (None, "i05"), ("u02", None)]


def config_of(place: Path, **explain: Any) -> Config:
    settings = {"language_model": {"cache_bytes": 64 * 2**20}, "pairs": str(place / "pairs.parquet")}
    return Config.model_validate(
        {
            "run": str(place / "run"),
            "release": {"uri": str(place / "releases")},
            "explain": {"block": 4} | settings | explain,
        }
    )


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, tiny: Tiny) -> Path:
    folder = tmp_path_factory.mktemp("explained")
    publish_explained(Folder(str(folder / "made")), Folder(str(folder / "releases")), tiny)
    users, items = zip(*GOOD, *POISONED, GOOD[0], strict=True)
    pq.write_table(pa.table({"user": users, "item": items}), folder / "pairs.parquet")
    return folder


@pytest.fixture(scope="module")
def written(place: Path, local_ray: None) -> Folder:
    config = config_of(place)
    run_stage(STAGE, config)
    return stage_folder(config, STAGE.name)


def of_kind(folder: Folder, kind: str) -> list[dict[str, Any]]:
    return [row for row in folder.read_table("texts").to_pylist() if row["kind"] == kind]


def test_every_pair_is_explained_once_and_truly(written: Folder, place: Path) -> None:
    rows = of_kind(written, "explanation")
    assert [(row["user"], row["item"]) for row in rows] == GOOD
    catalogue = verified_release(Folder(str(place / "releases"))).folder.read_table("catalogue.parquet")
    config = Config.model_validate({"rerank": {"columns": {"category": "genres", "date": "year"}}})
    vocabulary = Vocabulary.of(catalogue, config.rerank.columns)
    for row in rows:
        assert check(row["text"], evidence_of(row["evidence"]), vocabulary).passed


def test_profiles_and_tags_are_written_too(written: Folder) -> None:
    assert {row["user"] for row in of_kind(written, "profile")} <= {"u00", "u01", "u02"}
    assert {row["item"] for row in of_kind(written, "tags")} == {f"i{number:02d}" for number in range(12)}


def test_poisoned_rows_are_set_aside_with_their_reason(written: Folder) -> None:
    reasons = Counter(row["reason"] for row in written.read_table("quarantine").to_pylist())
    assert reasons["the release has no such user"] == 2  # one pair, and that user's profile
    assert reasons["the release has no such item"] == 1
    assert reasons["the user is missing"] == reasons["the item is missing"] == 1
    assert written.read_json(REPORT)["quarantined"] == dict(reasons)


def test_report_counts_texts_by_kind_and_source(written: Folder) -> None:
    report = written.read_json(REPORT)
    assert report["repeated"] == 1
    assert sum(report["texts"]["explanation"].values()) == len(GOOD)
    assert sum(report["texts"]["tags"].values()) == 12


def test_a_run_that_was_interrupted_writes_only_what_is_missing(
    written: Folder, place: Path, local_ray: None
) -> None:
    config, lost = config_of(place), texts_file(1)
    before = {name: written.read_bytes(name) for name in written.files("texts")}
    written.delete(lost)
    written.delete("manifest.json")
    run_stage(STAGE, config)
    after = {name: written.read_bytes(name) for name in written.files("texts")}
    assert after.keys() == before.keys()
    assert {name for name in after if after[name] != before[name]} <= {lost}
    latest, wanted = written.read_json(REPORT)["latest_attempt"], written.read_table(block_file(1))
    assert latest["texts"] <= len(wanted)


def test_a_finished_run_is_skipped(written: Folder, place: Path) -> None:
    before = written.read_json("manifest.json")
    assert run_stage(STAGE, config_of(place)) == before


def test_texts_are_kept_in_the_store_however_often(written: Folder, tmp_path: Path) -> None:
    release = written.read_json(REPORT)["release"]
    place = str(tmp_path / "store")
    for _ in range(2):
        keep_texts(written, place)

    async def kept(url: str) -> dict[str, str]:
        database = await Database.open(url, pool_size=1)
        found = await TextStore(database).texts(release, "u00", "explanation", ["i05", "i06"])
        await database.close()
        return {item: text.text for item, text in found.items()}

    with store_at(place) as url:
        found = asyncio.run(kept(url))
    assert found == {
        row["item"]: row["text"] for row in of_kind(written, "explanation") if row["user"] == "u00"
    }


@pytest.mark.ray
@pytest.mark.model
def test_a_killed_engine_loses_nothing_and_repeats_nothing(place: Path, tmp_path: Path) -> None:
    sizes = ("explain.users=20", "explain.items=6", "explain.block=8")
    job = ExplainJob(str(place / "releases"), tmp_path, *sizes, "explain.language_model.cache_bytes=67108864")
    assert job.disturb(kill) == 0
    wanted = Counter((row["user"], row["item"]) for row in pq.read_table(job.folder / "wanted").to_pylist())
    assert Counter((row["user"], row["item"]) for row in job.texts().to_pylist()) == wanted


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "There is no data"),
        (pa.table({"user": ["u00"]}), "lacks the column item"),
        (b"no Parquet", "cannot be read as Parquet"),
    ],
)
def test_pairs_that_cannot_be_used_are_explained(
    place: Path, tmp_path: Path, local_ray: None, content: pa.Table | bytes | None, message: str
) -> None:
    file = tmp_path / "pairs.parquet"
    if isinstance(content, bytes):
        file.write_bytes(content)
    elif content is not None:
        pq.write_table(content, file)
    config = config_of(place, pairs=str(file)).model_copy(update={"run": str(tmp_path / "run")})
    with pytest.raises(PalateError, match=message):
        run_stage(STAGE, config)
