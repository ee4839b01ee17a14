"""Batch inference on a tiny release: real Ray Data, each list once, and the same as when it is asked for."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from jobs.batch import recommend
from jobs.batch.embed import embed_all
from jobs.batch.listed import digest, listed_values
from jobs.batch.output import ATTEMPT, batch_output
from jobs.batch.recommend import UserLists, recommend_all
from jobs.batch.similar import similar_all
from jobs.batch.users import NamedUsers, plan_users
from palate.data.anonymise import KEY_VARIABLE, anonymous_id, id_key
from palate.errors import PalateError
from palate.rank.rules import Rules
from palate.recommender.artefacts import Artefacts
from palate.recommender.batch import ListSettings
from palate.recommender.recommender import Recommender
from palate.release import Release
from palate.storage import Folder
from tests.support.processes.stopped_batch import (
    DONE,
    killed_in_the_third_block,
    with_an_actor_killed_in_the_third_block,
)
from tests.support.releases.small import publish_tiny, tiny_run
from tests.support.worlds.tiny import Tiny

SETTINGS = ListSettings(4)


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory, tiny: Tiny) -> Release:
    folder = tmp_path_factory.mktemp("released")
    run = tiny_run(str(folder / "run"), tiny.catalogue, tiny.histories)
    return publish_tiny(run, Folder(str(folder / "releases")), "ease")


@pytest.fixture(scope="module")
def recommender(release: Release) -> Recommender:
    return Recommender(Artefacts.of(release))


def rows(folder: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pq.read_table(folder).to_pylist()
    return found


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_every_user_gets_the_list_that_is_given_when_asked(
    release: Release, recommender: Recommender, tmp_path: Path, local_ray: None
) -> None:
    manifest = recommend_all(release, str(tmp_path), ListSettings(4, reasons=True), actors=2)
    lists = rows(tmp_path / "lists")
    assert manifest["rows_out"] == len(lists) == 20
    assert sorted(row["user"] for row in lists) == [f"u{number:02d}" for number in range(20)]
    for row in lists:
        asked = recommender.recommend_user(row["user"], 4)
        assert row["items"] == [item.item for item in asked]
        assert row["scores"] == pytest.approx([item.score for item in asked], rel=1e-5)
        assert [[reason["item"] for reason in item] for item in row["reasons"]] == [
            [reason.item for reason in item.reasons] for item in asked
        ]
        assert all(
            dict(sources).keys() <= {"sequence", "content", "popularity", "ease"}
            for sources in row["sources"]
        )


def test_a_killed_job_started_again_writes_what_is_missing_and_nothing_twice(
    release: Release, tmp_path: Path, local_ray: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed, whole = tmp_path / "killed", tmp_path / "whole"
    killed_in_the_third_block(release, killed)
    before = {path.name: path.stat().st_ino for path in (killed / "lists").iterdir()}
    assert len(before) == DONE
    assert not (killed / "manifest.json").exists()

    monkeypatch.setattr(recommend, "BLOCK_USERS", 1)
    (killed / "lists" / "part-000002.parquet.0123.tmp").write_bytes(b"half a file of a killed writer")
    for folder in (killed, whole):
        assert recommend_all(release, str(folder), SETTINGS)["rows_out"] == 20

    assert {name: (killed / "lists" / name).stat().st_ino for name in before} == before
    assert content(killed / "lists") == content(whole / "lists")
    assert len({row["user"] for row in rows(killed / "lists")}) == len(rows(killed / "lists")) == 20


@pytest.mark.ray
def test_what_a_lost_worker_had_in_hand_is_done_by_another(release: Release, tmp_path: Path) -> None:
    out, marker = tmp_path / "out", tmp_path / "died"
    assert with_an_actor_killed_in_the_third_block(release, out, marker) == 0
    assert marker.exists()
    users = [row["user"] for row in rows(out / "lists")]
    assert len(set(users)) == len(users) == 20


def test_a_finished_job_is_not_done_again(release: Release, tmp_path: Path, local_ray: None) -> None:
    out = (tmp_path / "out").as_uri()
    first = recommend_all(release, out, SETTINGS)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("[!.]*.*")}
    assert recommend_all(release, out, SETTINGS) == first
    assert {path: path.stat().st_mtime_ns for path in before} == before


def test_named_users_get_lists_and_strangers_are_set_aside(
    release: Release, recommender: Recommender, tmp_path: Path, local_ray: None
) -> None:
    names = tmp_path / "users.txt"
    names.write_text("u13\nnobody\n\nu02\r\nu13\n")
    manifest = recommend_all(release, str(tmp_path / "out"), SETTINGS, users=str(names))
    assert [manifest[f"rows_{kind}"] for kind in ("in", "out", "quarantined")] == [3, 2, 1]
    found = {row["user"]: row["items"] for row in rows(tmp_path / "out" / "lists")}
    assert found == {
        user: [item.item for item in recommender.recommend_user(user, 4)] for user in ("u02", "u13")
    }
    (stranger,) = rows(tmp_path / "out" / "quarantine")
    assert (stranger["row"], stranger["reason"]) == ("nobody", "the release has no such user")


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ({"deny": "Horror"}, "No item of this release has a category"),
        ({"ranges": [{"column": "price", "max": 5}]}, "knows no numbers in 'price'"),
    ],
)
def test_a_rule_that_the_release_cannot_keep_is_told_before_anything_is_written(
    release: Release, tmp_path: Path, rule: dict[str, Any], told: str
) -> None:
    with pytest.raises(PalateError, match=told):
        recommend_all(release, str(tmp_path / "out"), ListSettings(4, Rules.model_validate(rule)))
    assert not (tmp_path / "out").exists()


def test_every_item_has_the_neighbours_that_are_given_when_asked(
    release: Release, recommender: Recommender, tmp_path: Path, local_ray: None
) -> None:
    assert similar_all(release, str(tmp_path), 3)["rows_out"] == 12
    for row in rows(tmp_path / "similar"):
        asked = recommender.similar(row["item"], 3)
        assert row["items"] == [item.item for item in asked]
        assert row["scores"] == pytest.approx([item.score for item in asked], rel=1e-5)


def test_texts_are_embedded_in_their_order_as_the_release_does(
    release: Release, recommender: Recommender, tmp_path: Path, local_ray: None
) -> None:
    texts = ["A drama of the year 1990", "Something funny", "A drama of the year 1990"]
    pq.write_table(pa.table({"text": texts}), tmp_path / "texts.parquet")
    assert embed_all(release, str(tmp_path / "texts.parquet"), str(tmp_path / "out"))["rows_out"] == 3
    found = rows(tmp_path / "out" / "vectors")
    assert [(row["index"], row["text"]) for row in found] == list(enumerate(texts))
    expected = recommender.encoder.encode_texts(texts)
    assert np.array([row["vector"] for row in found]) == pytest.approx(expected, abs=1e-5)


def test_results_of_another_job_are_refused_and_kept(release: Release, tmp_path: Path) -> None:
    with batch_output(str(tmp_path), "lists", {"job": "recommend", "k": 10}) as output:
        output.folder.write_bytes(output.part(0), b"a list")
    with (
        pytest.raises(PalateError, match=r"another job \(k 10 and not 4\).*--out"),
        batch_output(str(tmp_path), "lists", {"job": "recommend", "k": 4}),
    ):
        pass
    assert (tmp_path / "lists" / "part-000000.parquet").read_bytes() == b"a list"


def test_a_folder_with_other_files_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(PalateError, match="holds other files"), batch_output(str(tmp_path), "lists", {}):
        pass
    assert not (tmp_path / ATTEMPT).exists()


def test_an_attempt_that_wrote_nothing_gives_way_to_other_settings(tmp_path: Path) -> None:
    for k in (10, 4):
        with batch_output(str(tmp_path), "lists", {"k": k}) as output:
            assert output.missing(2) == [0, 1]
    assert json.loads((tmp_path / ATTEMPT).read_text())["identity"]["k"] == 4


def test_an_attempt_that_is_taken_up_again_is_of_the_time_at_which_it_began(tmp_path: Path) -> None:
    with batch_output(str(tmp_path), "lists", {"k": 4}):
        attempt = json.loads((tmp_path / ATTEMPT).read_text())
    (tmp_path / ATTEMPT).write_text(json.dumps({**attempt, "began": 1_000}))
    with batch_output(str(tmp_path), "lists", {"k": 4}) as output:
        assert output.began == 1_000


def test_users_of_an_anonymised_release_are_given_and_returned_by_their_own_ids(
    tiny: Tiny, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(KEY_VARIABLE, "a secret of many characters")
    hashed = pa.array([anonymous_id(user, id_key()) for user in tiny.histories.users.to_pylist()])
    run = tiny_run(str(tmp_path / "run"), tiny.catalogue, replace(tiny.histories, users=hashed))
    run.write_json("config.json", run.read_json("config.json") | {"data": {"anonymise": True}})
    anonymised = publish_tiny(run, Folder(str(tmp_path / "releases")), "ease")
    (tmp_path / "users.txt").write_text("u03\nnobody\nu14")

    artefacts = Artefacts.of(anonymised)
    named = NamedUsers.of(str(tmp_path / "users.txt"), artefacts)
    plan = plan_users(artefacts, named, 1024)
    worker = UserLists(anonymised, SETTINGS, 0, named.given_ids)
    assert [worker(block)["user"].to_pylist() for block in plan.blocks.contents] == [["u03"], ["u14"]]
    assert plan.unknown == ["nobody"]


def test_blocks_are_of_one_file_and_hold_everybody_once(release: Release) -> None:
    blocks = plan_users(Artefacts.of(release), None, 4).blocks
    assert blocks.sizes == [4, 4, 2, 4, 4, 2]
    held = [(block["file"], row) for block in blocks.contents for row in block["user_rows"]]
    assert len(set(held)) == len(held) == 20


@pytest.mark.parametrize(
    ("name", "written", "told"),
    [
        ("users.txt", b"\n \n", "names nothing"),
        ("users.txt", b"caf\xe9\n", "is not UTF-8"),
        ("users.txt.gz", b"no archive", "cannot be read"),
        ("users.parquet", b"no Parquet", "is not a Parquet file"),
    ],
)
def test_a_file_that_names_nobody_is_told(tmp_path: Path, name: str, written: bytes, told: str) -> None:
    (tmp_path / name).write_bytes(written)
    with pytest.raises(PalateError, match=told):
        listed_values(str(tmp_path / name), "user", "--users")


def test_a_column_that_is_not_there_is_told_with_those_that_are(tmp_path: Path) -> None:
    pq.write_table(pa.table({"customer": ["a"]}), tmp_path / "users.parquet")
    with pytest.raises(PalateError, match="no column 'user'; its columns are customer"):
        listed_values(str(tmp_path / "users.parquet"), "user", "--users")


def test_lists_that_differ_only_in_where_values_end_have_different_digests() -> None:
    assert digest(["ab", "c"]) != digest(["a", "bc"]) != digest(["bc", "a"])
