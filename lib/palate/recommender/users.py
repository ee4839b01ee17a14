"""Released users: the histories that a release holds, by user, in memory."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from palate.data.hashing import text_hash
from palate.data.histories import EMPTY_HISTORY, Histories, History
from palate.online.history import STRANGER, ReleasedHistory
from palate.recommender.artefacts import Artefacts


class KnownUsers:
    """All events of every user of a release."""

    def __init__(self, artefacts: Artefacts) -> None:
        table = artefacts.folders.catalogue.read_table("histories")
        self._histories = Histories.from_table(table)
        users: pa.Array = self._histories.users
        self._rows = {user: row for row, user in enumerate(users.to_pylist())}
        self._stored_name = artefacts.stored_name

    def __len__(self) -> int:
        return len(self._rows)

    def __contains__(self, user: str) -> bool:
        return self._row(user) is not None

    def drawn(self, count: int) -> list[str]:
        """At most `count` users, drawn by a hash of their ids: always the same ones."""
        return sorted(self._rows, key=text_hash)[:count]

    def history(self, user: str, newest: int | None = None) -> History:
        """What the release knows of the user, or the `newest` events of that; empty for a stranger."""
        row = self._row(user)
        if row is None:
            return EMPTY_HISTORY
        return self._histories.whole(row) if newest is None else self._histories.newest(row, newest)

    def released(self, user: str, newest: int) -> ReleasedHistory:
        """Everything that the release knows of the user, of which the `newest` events are told in full."""
        row = self._row(user)
        if row is None:
            return STRANGER
        histories = self._histories
        return ReleasedHistory(
            histories.newest(row, newest), histories.older(row, newest), histories.disliked(row)
        )

    def events(self, user: str) -> int:
        """How many events the release knows of the user."""
        row = self._row(user)
        return 0 if row is None else self._histories.count(row)

    def disliked(self, user: str) -> NDArray[np.int32]:
        """Catalogue indices of what the release knows the user to have turned against."""
        row = self._row(user)
        return EMPTY_HISTORY.items if row is None else self._histories.disliked(row)

    def _row(self, user: str) -> int | None:
        """The user's row, whether asked for by their id or by the name that an anonymised release has."""
        row = self._rows.get(user)
        return self._rows.get(self._stored_name(user)) if row is None else row
