"""Release list: every release of the store, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping

from palate.errors import PalateError
from palate.release import find_release, release_ids
from palate.storage import Folder
from serving.api.schemas import ReleaseInfo


def release_list(folder: Folder, serving: str, refused: Mapping[str, str]) -> list[ReleaseInfo]:
    """Every whole release of the folder, the newest first; half-written ones are left out."""
    infos = [_info(folder, release, serving, refused) for release in reversed(release_ids(folder))]
    return [info for info in infos if info is not None]


def _info(folder: Folder, release: str, serving: str, refused: Mapping[str, str]) -> ReleaseInfo | None:
    try:
        manifest = find_release(folder, release).manifest
    except PalateError:  # its publication has not finished
        return None
    state = "serving" if release == serving else "refused" if release in refused else "published"
    return ReleaseInfo(
        id=release,
        created=manifest.created.isoformat(),
        dataset=manifest.dataset,
        method=manifest.method,
        state=state,
        reason=refused.get(release),
    )
