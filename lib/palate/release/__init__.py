"""Model registry: releases are immutable, verified sets of artefacts; a pointer names the current one."""

from palate.release.manifest import RELEASE_MANIFEST, FileEntry, Manifest
from palate.release.open import Release, find_release, release_ids, verified_release, verify
from palate.release.pointer import POINTER, Pointer, read_pointer
from palate.release.promote import promote, rollback
from palate.release.publish import SourceFile, publish

__all__ = [
    "POINTER",
    "RELEASE_MANIFEST",
    "FileEntry",
    "Manifest",
    "Pointer",
    "Release",
    "SourceFile",
    "find_release",
    "promote",
    "publish",
    "read_pointer",
    "release_ids",
    "rollback",
    "verified_release",
    "verify",
]
