"""Open releases: what this process has of each, verified and read once, whoever uses it."""

from __future__ import annotations

import threading
from weakref import WeakValueDictionary

from palate.recommender.artefacts import Artefacts
from palate.release import verified_release
from palate.storage import Folder


class OpenReleases:
    """Artefacts by where the releases are and by release id; those that nobody uses any more go."""

    def __init__(self) -> None:
        self._artefacts: WeakValueDictionary[tuple[str, str], Artefacts] = WeakValueDictionary()
        # Every byte of a release is read to verify it: who asks meanwhile waits.
        self._verifying = threading.Lock()

    def get(self, releases: Folder, release: str) -> Artefacts:
        """The artefacts of a release, for any thread; `PalateError` for one that is missing or broken."""
        key = releases.uri, release
        with self._verifying:
            artefacts = self._artefacts.get(key)
            if artefacts is None:
                artefacts = self._artefacts[key] = Artefacts.of(verified_release(releases, release))
            return artefacts


OPEN_RELEASES = OpenReleases()
"""Those of this process: in a gateway, its names and its pipeline share one."""
