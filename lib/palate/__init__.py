"""Palate: personal recommendations from a text-rich catalogue and a log of what people did.

import palate

release = palate.open_release("runs/releases")
release.recommend(user="42", k=10)
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from palate.errors import PalateError

if TYPE_CHECKING:
    from palate.recommender.open_release import OpenRelease

__all__ = ["PalateError", "open_release"]
__version__ = "0.2.0"


def open_release(releases: str | Path, release: str | None = None) -> OpenRelease:
    """The current release of a folder or object-store URI, or the one with the id `release`, to ask.

    Every checksum is verified. `PalateError` that says what to do for a release that is not there or broken.
    """
    from palate.release import verified_release
    from palate.storage import Folder

    verified = verified_release(Folder(str(releases)), release)
    from palate.recommender.open_release import OpenRelease  # brings torch: a mistake is told before

    return OpenRelease(verified)
