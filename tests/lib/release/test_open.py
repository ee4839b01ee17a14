"""A release that is not exactly what was published is refused, with the file and what to do."""

from __future__ import annotations

import pytest

from palate.errors import PalateError
from palate.release import RELEASE_MANIFEST, Release, SourceFile, promote, publish, verified_release
from palate.storage import Folder


@pytest.fixture
def release(releases: Folder, sources: dict[str, SourceFile]) -> Release:
    return publish(releases, sources, "films", "sequence")


def refusal(releases: Folder, release: Release) -> str:
    with pytest.raises(PalateError) as refused:
        verified_release(releases, release.manifest.id)
    return str(refused.value)


def test_whole_release_opens_by_id_and_as_current(releases: Folder, release: Release) -> None:
    promote(releases, release.manifest.id)
    assert verified_release(releases, release.manifest.id).manifest == release.manifest
    assert verified_release(releases).manifest == release.manifest


def test_one_flipped_bit_is_noticed(releases: Folder, release: Release) -> None:
    content = bytearray(release.folder.read_bytes("model.safetensors"))
    content[-1] ^= 1
    release.folder.write_bytes("model.safetensors", bytes(content))

    message = refusal(releases, release)

    assert "model.safetensors has changed" in message
    assert "palate releases list" in message


def test_missing_file_is_named(releases: Folder, release: Release) -> None:
    release.folder.delete("encoder/vocab.txt")
    assert "encoder/vocab.txt is missing" in refusal(releases, release)


def test_file_that_nobody_published_is_named(releases: Folder, release: Release) -> None:
    release.folder.write_bytes("encoder/extra.json", b"{}")
    assert "encoder/extra.json is not in its manifest" in refusal(releases, release)


def test_half_written_release_is_refused(releases: Folder, release: Release) -> None:
    release.folder.delete(RELEASE_MANIFEST)
    assert "publication did not finish" in refusal(releases, release)


@pytest.mark.parametrize("content", [b"", b'{"id": ', b'{"id": 3}', b"\x00\xff"])
def test_unreadable_manifest_is_refused(releases: Folder, release: Release, content: bytes) -> None:
    release.folder.write_bytes(RELEASE_MANIFEST, content)
    assert f"{RELEASE_MANIFEST} cannot be read" in refusal(releases, release)


def test_edited_manifest_is_refused(releases: Folder, release: Release) -> None:
    manifest = release.folder.read_json(RELEASE_MANIFEST)
    release.folder.write_json(RELEASE_MANIFEST, manifest | {"method": "popularity"})
    assert f"{RELEASE_MANIFEST} has changed" in refusal(releases, release)


def test_release_under_another_id_is_refused(releases: Folder, release: Release) -> None:
    other = "20200101-000000-" + release.manifest.id[-6:]
    for name in release.folder.files(recursive=True):
        (releases / other).write_bytes(name, release.folder.read_bytes(name))
    with pytest.raises(PalateError, match=f"{RELEASE_MANIFEST} has changed"):
        verified_release(releases, other)


def test_unknown_id_suggests_the_nearest(releases: Folder, release: Release) -> None:
    mistyped = release.manifest.id[:-1] + "x"
    with pytest.raises(PalateError, match=f"did you mean {release.manifest.id}"):
        verified_release(releases, mistyped)


def test_no_current_release_says_how_to_get_one(releases: Folder) -> None:
    with pytest.raises(PalateError, match="palate retrain"):
        verified_release(releases)
