"""Released users: the histories that a release holds, looked up by user and never held."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from palate.data.histories import EMPTY_HISTORY, History
from palate.data.user_table import FoundUser, open_user_table
from palate.online.history import STRANGER, ReleasedHistory
from palate.recommender.artefacts import Artefacts


class KnownUsers:
    """All events of every user of a release."""

    def __init__(self, artefacts: Artefacts) -> None:
        self._table = open_user_table(artefacts.folders.catalogue, "histories")
        self._stored_name = artefacts.stored_name

    def __len__(self) -> int:
        return len(self._table)

    def __contains__(self, user: str) -> bool:
        return self.find(user) is not None

    def drawn(self, count: int) -> list[str]:
        """At most `count` users, drawn by a hash of their ids: always the same ones."""
        return self._table.drawn(count)

    def history(self, user: str, newest: int | None = None) -> History:
        """What the release knows of the user, or the `newest` events of that; empty for a stranger."""
        found = self.find(user)
        if found is None:
            return EMPTY_HISTORY
        histories, row = found
        return histories.whole(row) if newest is None else histories.newest(row, newest)

    def released(self, user: str, newest: int) -> ReleasedHistory:
        """Everything that the release knows of the user, of which the `newest` events are told in full."""
        found = self.find(user)
        if found is None:
            return STRANGER
        histories, row = found
        return ReleasedHistory(
            histories.newest(row, newest), histories.older(row, newest), histories.disliked(row)
        )

    def events(self, user: str) -> int:
        """How many events the release knows of the user."""
        found = self.find(user)
        return 0 if found is None else found.histories.count(found.row)

    def disliked(self, user: str) -> NDArray[np.int32]:
        """Catalogue indices of what the release knows the user to have turned against."""
        found = self.find(user)
        return EMPTY_HISTORY.items if found is None else found.histories.disliked(found.row)

    def find(self, user: str) -> FoundUser | None:
        """Where the user is, whether asked for by their id or by the name that an anonymised release has."""
        found = self._table.find(user)
        if found is not None:
            return found
        stored = self._stored_name(user)
        return None if stored == user else self._table.find(stored)
