"""Release manifest: what a release says of itself, its files with their checksums, and where it came from."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from datetime import datetime

from pydantic import BaseModel, ConfigDict, ValidationError

from palate.errors import PalateError
from palate.storage import Folder

RELEASE_MANIFEST = "manifest.json"
RELEASE_ID = re.compile(r"\d{8}-\d{6}-[0-9a-f]{6}")
"""When it was published (UTC) and the start of its content's hash: `20261122-001530-ab12cd`."""


class FileEntry(BaseModel):
    """One file of a release."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sha256: str
    bytes: int


class Manifest(BaseModel):
    """Written last, so a folder without one is a publication that did not finish."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    created: datetime
    """UTC."""
    palate: str
    """Version that published it."""
    dataset: str
    method: str
    """The method that recommends."""
    refitted: bool = False
    """Whether its models have learned the held-out events too; its metrics are of models that had not."""
    content: str
    """Hash over data set, method and all files: equal for two releases that hold the same."""
    files: dict[str, FileEntry]

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(entry.bytes for entry in self.files.values())


def release_id(created: datetime, content: str) -> str:
    """The id of a release of this content hash, published then (UTC)."""
    return f"{created:%Y%m%d-%H%M%S}-{content[:6]}"


def content_hash(dataset: str, method: str, files: Mapping[str, FileEntry]) -> str:
    """SHA-256 of what a release holds, whatever its id and age."""
    listed = sorted((name, entry.sha256) for name, entry in files.items())
    return hashlib.sha256(json.dumps([dataset, method, listed]).encode()).hexdigest()


def file_entry(chunks: Iterable[bytes]) -> FileEntry:
    """Checksum and size of a file given piece by piece."""
    digest, size = hashlib.sha256(), 0
    for chunk in chunks:
        digest.update(chunk)
        size += len(chunk)
    return FileEntry(sha256=digest.hexdigest(), bytes=size)


def read_manifest(folder: Folder) -> Manifest:
    """The manifest of the release in `folder`; `PalateError` if it is missing or unreadable."""
    if not folder.exists(RELEASE_MANIFEST):
        raise PalateError(
            f"{folder.uri} is not a whole release: {RELEASE_MANIFEST} is missing, so its publication did not "
            "finish; publish the run again and delete this folder"
        )
    try:
        return Manifest.model_validate_json(folder.read_bytes(RELEASE_MANIFEST))
    except ValidationError as error:
        raise PalateError(
            f"{folder.uri}/{RELEASE_MANIFEST} cannot be read ({error.errors()[0]['msg']}); "
            "publish the run again, or promote another release"
        ) from error
