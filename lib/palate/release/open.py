"""Release verification: opens a release, and refuses one that is not exactly what was published."""

from __future__ import annotations

import difflib
from typing import NamedTuple

from palate.errors import PalateError
from palate.release.manifest import (
    RELEASE_ID,
    RELEASE_MANIFEST,
    Manifest,
    content_hash,
    file_entry,
    read_manifest,
)
from palate.release.pointer import read_pointer
from palate.storage import Folder


class Release(NamedTuple):
    """A published set of artefacts."""

    folder: Folder
    manifest: Manifest


def release_ids(releases: Folder) -> list[str]:
    """Ids of all releases, oldest first, half-written ones included."""
    return [name for name in releases.folders() if RELEASE_ID.fullmatch(name)]


def verified_release(releases: Folder, release_id: str | None = None) -> Release:
    """The release of this id, or the current one, with every checksum verified.

    `PalateError`, which names the file and what to do, if any file is missing, changed or not listed.
    """
    release = find_release(releases, release_id or _current(releases))
    problems = verify(release)
    if problems:
        raise PalateError(
            f"Release {release.manifest.id} is broken: {'; '.join(problems)}. Publish the run again "
            "(python -m jobs.publish), or promote another release (palate releases list)"
        )
    return release


def find_release(releases: Folder, release_id: str) -> Release:
    """The release of this id as its manifest describes it, without looking at its files."""
    ids = release_ids(releases)
    if release_id not in ids:
        nearest = difflib.get_close_matches(release_id, ids, n=1, cutoff=0.3)
        hint = f"did you mean {nearest[0]}?" if nearest else "`palate releases list` shows those there are"
        raise PalateError(f"There is no release {release_id!r} in {releases.uri}; {hint}")
    folder = releases / release_id
    return Release(folder, read_manifest(folder))


def verify(release: Release) -> list[str]:
    """What is wrong with the release; empty if every file is there and unchanged, and no other is."""
    # Missing files, files too many, and last, since it reads every byte, changed ones.
    folder, manifest = release
    listed, there = set(manifest.files), set(folder.files(recursive=True)) - {RELEASE_MANIFEST}
    problems = [f"{name} is missing" for name in sorted(listed - there)]
    problems += [f"{name} is not in its manifest" for name in sorted(there - listed)]
    for name in sorted(listed & there):
        entry = file_entry(folder.chunks(name))
        if entry != manifest.files[name]:
            problems.append(f"{name} has changed ({entry.bytes} bytes, sha256 {entry.sha256[:12]}...)")
    return problems + _manifest_problems(release)


def _manifest_problems(release: Release) -> list[str]:
    manifest = release.manifest
    # A manifest copied from another folder, or changed by hand, no longer goes with its own hash.
    content = content_hash(manifest.dataset, manifest.method, manifest.files)
    is_own = manifest.id == release.folder.uri.rsplit("/", 1)[-1] and manifest.id.endswith(content[:6])
    return [] if is_own and content == manifest.content else [f"{RELEASE_MANIFEST} has changed"]


def _current(releases: Folder) -> str:
    current = read_pointer(releases).current
    if current is None:
        raise PalateError(
            f"No release is current in {releases.uri}: run `palate retrain` to publish one, "
            "or `palate releases promote ID` if there is one (palate releases list)"
        )
    return current
