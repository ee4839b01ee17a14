"""What is asked of a method: the known history of each user and the held-out items to be found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from palate.data.histories import Histories, History, Part

SCORE_BYTES = 16 * 2**20
"""Most bytes of float32 scores that are held at a time."""

MOST_USERS = 2048
"""Most users of a batch, whose lists' vectors are held as well."""


@dataclass(frozen=True)
class Cases:
    """A batch of users with something to find; `targets` of all of them stand in one array."""

    users: list[str]
    histories: list[History]
    owners: NDArray[np.int64]
    """Position in `users` of each target, rising; shape [targets]."""
    targets: NDArray[np.int32]
    """Catalogue indices, shape [targets]; none twice for a user and none from the user's history."""
    candidates: NDArray[np.int64]
    """Unseen items of each user, shape [users]."""

    def __len__(self) -> int:
        return len(self.users)

    def lengths(self) -> NDArray[np.int64]:
        """Events in each history, shape [users]."""
        return np.array([len(history.items) for history in self.histories], np.int64)


def case_batches(histories: Histories, part: Part, n_items: int) -> Iterator[Cases]:
    """The users of a block who have an unseen held-out item, in batches whose scores fit in memory.

    A held-out item that the user had before is no target: seen items are never recommended.
    """
    batch = max(1, min(MOST_USERS, SCORE_BYTES // (4 * n_items)))
    for start in range(0, len(histories), batch):
        rows = range(start, min(start + batch, len(histories)))
        cases = _cases(histories, rows, part, n_items)
        if len(cases):
            yield cases


def _cases(histories: Histories, rows: range, part: Part, n_items: int) -> Cases:
    known = [histories.before(row, part) for row in rows]
    wanted = [
        np.setdiff1d(histories.targets(row, part), history.items)
        for row, history in zip(rows, known, strict=True)
    ]
    kept = [place for place, targets in enumerate(wanted) if len(targets)]
    lengths = [len(wanted[place]) for place in kept]
    return Cases(
        users=[histories.users[rows[place]].as_py() for place in kept],
        histories=[known[place] for place in kept],
        owners=np.repeat(np.arange(len(kept)), lengths),
        targets=np.concatenate([np.zeros(0, np.int32), *(wanted[place] for place in kept)]),
        candidates=n_items - np.array([len(np.unique(known[place].items)) for place in kept], np.int64),
    )
