"""Released users: the histories that a release holds, by user, in memory."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from palate.data.hashing import text_hash
from palate.data.histories import EMPTY_HISTORY, Histories, History
from palate.recommender.artefacts import Artefacts


class KnownUsers:
    """All events of every user of a release."""

    def __init__(self, artefacts: Artefacts) -> None:
        table = artefacts.folders.catalogue.read_table("histories")
        self._histories = Histories.from_table(table)
        users: pa.Array = self._histories.users
        self._rows = {user: row for row, user in enumerate(users.to_pylist())}

    def __len__(self) -> int:
        return len(self._rows)

    def __contains__(self, user: str) -> bool:
        return user in self._rows

    def drawn(self, count: int) -> list[str]:
        """At most `count` users, drawn by a hash of their ids: always the same ones."""
        return sorted(self._rows, key=text_hash)[:count]

    def history(self, user: str, newest: int | None = None) -> History:
        """What the release knows of the user, or the `newest` events of that; empty for a stranger."""
        if user not in self._rows:
            return EMPTY_HISTORY
        row = self._rows[user]
        return self._histories.whole(row) if newest is None else self._histories.newest(row, newest)

    def older(self, user: str, newest: int) -> NDArray[np.int32]:
        """Items of the events before the `newest` ones, int32 [events]."""
        return self._histories.older(self._rows[user], newest) if user in self._rows else EMPTY_HISTORY.items

    def events(self, user: str) -> int:
        """How many events the release knows of the user."""
        return self._histories.count(self._rows[user]) if user in self._rows else 0

    def disliked(self, user: str) -> NDArray[np.int32]:
        """Catalogue indices of what the release knows the user to have turned against."""
        if user not in self._rows:
            return EMPTY_HISTORY.items
        return self._histories.disliked(self._rows[user])
