"""Promotion and rollback: the pointer moves to a release that was verified, or back to the one before."""

from __future__ import annotations

from palate.errors import PalateError
from palate.release.open import Release, verified_release
from palate.release.pointer import read_pointer, write_pointer
from palate.storage import Folder


def promote(releases: Folder, release_id: str) -> Release:
    """Verify the release and make it current; `PalateError`, and nothing moves, if it is broken."""
    release = verified_release(releases, release_id)
    pointer = read_pointer(releases)
    if pointer.current != release_id:
        before = () if pointer.current is None else (pointer.current,)
        moved = {"current": release_id, "earlier": pointer.earlier + before}
        write_pointer(releases, pointer.model_copy(update=moved))
    return release


def rollback(releases: Folder) -> Release:
    """Verify the release that was current before this one and make it current again."""
    pointer = read_pointer(releases)
    if not pointer.earlier:
        raise PalateError(
            f"There is nothing to roll back to in {releases.uri}: no other release was ever current. "
            "`palate releases promote ID` makes any release current"
        )
    release = verified_release(releases, pointer.earlier[-1])
    moved = {"current": release.manifest.id, "earlier": pointer.earlier[:-1]}
    write_pointer(releases, pointer.model_copy(update=moved))
    return release
