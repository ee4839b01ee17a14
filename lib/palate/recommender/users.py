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

    def history(self, user: str) -> History:
        """Everything that the release knows of the user; an empty history for a user it does not know."""
        if user not in self._rows:
            return EMPTY_HISTORY
        return self._histories.whole(self._rows[user])

    def disliked(self, user: str) -> NDArray[np.int32]:
        """Catalogue indices of what the release knows the user to have turned against."""
        if user not in self._rows:
            return EMPTY_HISTORY.items
        return self._histories.disliked(self._rows[user])
