"""Publishing copies a run's files into an immutable folder, once, and only files that are pure data."""

from __future__ import annotations

import hashlib
import re

import pyarrow as pa
import pytest

from palate.errors import PalateError
from palate.release import RELEASE_MANIFEST, SourceFile, publish, release_ids, verified_release
from palate.storage import Folder


def test_manifest_lists_every_file_with_its_checksum_and_size(
    releases: Folder, sources: dict[str, SourceFile], run: Folder
) -> None:
    release = publish(releases, sources, "films", "sequence")

    assert re.fullmatch(r"\d{8}-\d{6}-[0-9a-f]{6}", release.manifest.id)
    assert set(release.folder.files(recursive=True)) == {*sources, RELEASE_MANIFEST}
    manifest = release.folder.read_json(RELEASE_MANIFEST)
    assert manifest["dataset"] == "films"
    assert manifest["method"] == "sequence"
    for name, entry in manifest["files"].items():
        content = run.read_bytes(name)
        assert entry == {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}


def test_same_content_is_found_again_instead_of_copied(
    releases: Folder, sources: dict[str, SourceFile]
) -> None:
    first = publish(releases, sources, "films", "sequence")
    again = publish(releases, sources, "films", "sequence")

    assert again.manifest == first.manifest
    assert release_ids(releases) == [first.manifest.id]


def test_other_content_or_method_is_another_release(
    releases: Folder, sources: dict[str, SourceFile], run: Folder
) -> None:
    ids = {publish(releases, sources, "films", method).manifest.id for method in ("sequence", "ease")}
    run.write_json("metrics.json", {"ndcg@10": 0.6})
    ids.add(publish(releases, sources, "films", "ease").manifest.id)
    assert len(ids) == 3


def test_damaged_release_is_published_anew_beside_it(
    releases: Folder, sources: dict[str, SourceFile]
) -> None:
    damaged = publish(releases, sources, "films", "sequence")
    damaged.folder.write_json("metrics.json", {"ndcg@10": 1.0})

    anew = publish(releases, sources, "films", "sequence")

    assert anew.manifest.id != damaged.manifest.id
    assert verified_release(releases, anew.manifest.id).manifest == anew.manifest
    assert release_ids(releases) == [damaged.manifest.id, anew.manifest.id]


@pytest.mark.parametrize("name", ["model.pkl", "pytorch_model.bin", "model.pt", "weights.npy", "code.py"])
def test_file_that_could_run_code_is_refused(
    releases: Folder, sources: dict[str, SourceFile], run: Folder, name: str
) -> None:
    run.write_bytes(name, b"\x80\x04anything")
    with pytest.raises(PalateError, match=f"{name} may not enter a release"):
        publish(releases, sources | {name: SourceFile(run, name)}, "films", "sequence")
    assert release_ids(releases) == []


def test_a_tokenizer_may_bring_its_template_and_its_sentencepieces(
    releases: Folder, sources: dict[str, SourceFile], run: Folder
) -> None:
    files = {
        "encoder/chat_template.jinja": b"{{ messages }}",
        "encoder/tokenizer.model": b"\n\x0e\n\x05<unk>",
    }
    for name, content in files.items():
        run.write_bytes(name, content)
    release = publish(
        releases, sources | {name: SourceFile(run, name) for name in files}, "films", "sequence"
    )
    assert files.keys() <= release.manifest.files.keys()


@pytest.mark.parametrize("ending", ["jinja", "model", "json", "safetensors", "parquet", "arrow", "txt"])
def test_pickle_under_an_allowed_name_is_refused(
    releases: Folder, sources: dict[str, SourceFile], run: Folder, ending: str
) -> None:
    name = f"x.{ending}"
    run.write_bytes(name, b"\x80\x04\x95\x1c\x00\x00\x00\x00\x00\x00\x00\x8c\x05posix")
    with pytest.raises(PalateError, match="not what its name says"):
        publish(releases, sources | {name: SourceFile(run, name)}, "films", "sequence")


def test_missing_source_is_named(releases: Folder, run: Folder) -> None:
    with pytest.raises(PalateError, match=r"run/nothing\.json is missing"):
        publish(releases, {"metrics.json": SourceFile(run, "nothing.json")}, "films", "sequence")


def test_files_larger_than_a_chunk_arrive_whole(releases: Folder, run: Folder) -> None:
    run.write_bytes("big.txt", b"palate " * 1_500_000)
    release = publish(releases, {"big.txt": SourceFile(run, "big.txt")}, "films", "sequence")
    assert release.folder.read_bytes("big.txt") == b"palate " * 1_500_000
    assert verified_release(releases, release.manifest.id).manifest == release.manifest


def test_release_moves_between_file_systems(run: Folder, sources: dict[str, SourceFile]) -> None:
    release = publish(Folder("mock://bucket/releases"), sources, "films", "sequence")
    assert release.folder.read_table("catalogue.parquet") == pa.table({"item": ["a", "b"]})
