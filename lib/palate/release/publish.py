"""Publication: turns the files of a run into an immutable release."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from palate.errors import PalateError
from palate.release.formats import require_allowed
from palate.release.manifest import (
    RELEASE_MANIFEST,
    FileEntry,
    Manifest,
    content_hash,
    file_entry,
    read_manifest,
    release_id,
)
from palate.release.open import Release, release_ids, verify
from palate.storage import Folder
from palate.version import __version__


class SourceFile(NamedTuple):
    """Where a file of a release comes from."""

    folder: Folder
    name: str


def publish(
    releases: Folder, sources: Mapping[str, SourceFile], dataset: str, method: str, refitted: bool = False
) -> Release:
    """Copy `sources` (by their names in the release) into a new folder of `releases`.

    The manifest is written last. If a whole release of the very same content exists already, that is
    the result. `PalateError` for a file of a kind that may not enter, or that changes meanwhile.
    """
    files = {name: _entry(name, source) for name, source in sources.items()}
    content = content_hash(dataset, method, files)
    published = _published(releases, content)
    if published is not None:
        return published
    created, own_id = _new_id(releases, content)
    manifest = Manifest(
        id=own_id,
        created=created,
        palate=__version__,
        dataset=dataset,
        method=method,
        refitted=refitted,
        content=content,
        files=files,
    )
    return _write(releases / manifest.id, manifest, sources)


def _entry(name: str, source: SourceFile) -> FileEntry:
    if not source.folder.exists(source.name):
        raise PalateError(
            f"{source.folder.uri}/{source.name} is missing, so {name} cannot be published; "
            "run the stage that writes it"
        )
    return file_entry(_allowed(name, source.folder.chunks(source.name)))


def _allowed(name: str, chunks: Iterator[bytes]) -> Iterator[bytes]:
    # Looked at on its way to the checksum: no second reading.
    head = next(chunks, b"")
    require_allowed(name, head)
    yield head
    yield from chunks


def _published(releases: Folder, content: str) -> Release | None:
    for published_id in release_ids(releases):
        if published_id.endswith(content[:6]):
            release = _whole_release(releases / published_id)
            if release is not None and release.manifest.content == content:
                return release
    return None


def _whole_release(folder: Folder) -> Release | None:
    try:
        release = Release(folder, read_manifest(folder))
    except PalateError:  # half-written or damaged: what is published now replaces it
        return None
    return None if verify(release) else release


def _new_id(releases: Folder, content: str) -> tuple[datetime, str]:
    created, ids = datetime.now(UTC), release_ids(releases)
    # Two publications of like content may fall in one second.
    while release_id(created, content) in ids:
        created += timedelta(seconds=1)
    return created, release_id(created, content)


def _write(folder: Folder, manifest: Manifest, sources: Mapping[str, SourceFile]) -> Release:
    for name, source in sources.items():
        folder.write_chunks(name, source.folder.chunks(source.name))
        if file_entry(folder.chunks(name)) != manifest.files[name]:
            raise PalateError(f"{source.folder.uri}/{source.name} changed while it was published; try again")
    folder.write_bytes(RELEASE_MANIFEST, manifest.model_dump_json(indent=2).encode())
    return Release(folder, manifest)
