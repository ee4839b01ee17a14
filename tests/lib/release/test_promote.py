"""The pointer moves only to verified releases, and back along the way it came."""

from __future__ import annotations

import pytest

from palate.errors import PalateError
from palate.release import POINTER, SourceFile, promote, publish, read_pointer, rollback, verified_release
from palate.storage import Folder


@pytest.fixture
def ids(releases: Folder, sources: dict[str, SourceFile]) -> list[str]:
    return [publish(releases, sources, "films", method).manifest.id for method in ("a", "b", "c")]


def test_rollback_retraces_the_promotions(releases: Folder, ids: list[str]) -> None:
    for release_id in ids:
        promote(releases, release_id)

    assert [rollback(releases).manifest.id for _ in range(2)] == [ids[1], ids[0]]
    assert verified_release(releases).manifest.id == ids[0]
    with pytest.raises(PalateError, match="nothing to roll back to"):
        rollback(releases)


def test_promoting_the_current_release_again_changes_nothing(releases: Folder, ids: list[str]) -> None:
    promote(releases, ids[0])
    promote(releases, ids[1])
    before = releases.read_bytes(POINTER)
    promote(releases, ids[1])
    assert releases.read_bytes(POINTER) == before


def test_damaged_release_is_not_promoted(releases: Folder, ids: list[str]) -> None:
    promote(releases, ids[0])
    (releases / ids[1]).delete("metrics.json")
    with pytest.raises(PalateError, match=r"metrics\.json is missing"):
        promote(releases, ids[1])
    assert read_pointer(releases).current == ids[0]


def test_damaged_earlier_release_is_not_rolled_back_to(releases: Folder, ids: list[str]) -> None:
    promote(releases, ids[0])
    promote(releases, ids[1])
    (releases / ids[0]).delete("metrics.json")
    with pytest.raises(PalateError, match=r"metrics\.json is missing"):
        rollback(releases)
    assert read_pointer(releases).current == ids[1]


def test_damaged_pointer_says_what_to_do(releases: Folder, ids: list[str]) -> None:
    releases.write_bytes(POINTER, b'{"current"')
    with pytest.raises(PalateError, match="delete it and run"):
        verified_release(releases)
