"""Palate: personal recommendations from a text-rich catalogue and a log of what people did.

import palate

release = palate.open_release("runs/releases")
release.recommend(user="42", k=10)
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from palate.errors import PalateError
from palate.version import __version__

if TYPE_CHECKING:
    from palate.front_door import OpenRelease

__all__ = ["PalateError", "__version__", "open_release"]


def open_release(releases: str | Path, release: str | None = None) -> OpenRelease:
    """The current release of a folder or object-store URI, or the one with the id `release`, to ask.

    Every checksum is verified. `PalateError` that says what to do for a release that is not there or broken.
    """
    from palate.release import verified_release
    from palate.storage import Folder

    verified = verified_release(Folder(str(releases)), release)
    from palate.front_door import OpenRelease  # brings torch: a mistake is told before

    return OpenRelease(verified)
