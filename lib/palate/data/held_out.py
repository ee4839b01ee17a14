"""Held-out evaluation cases: the history of each user that a method is given, and the items it is to find."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from palate.data.histories import Histories, History, Part

MAX_SCORE_BYTES = 16 * 2**20
"""Most bytes of float32 scores that are in memory at a time."""

MAX_BATCH_USERS = 2048
"""Most users of a batch, whose lists' vectors are in memory as well."""


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


def ahead_of_targets(
    scores: NDArray[np.float32], targets: NDArray[np.int32], histories: Sequence[History]
) -> NDArray[np.bool_]:
    """Which items stand before the one target of each row, bool [users, items]; masks `scores` in place.

    Whatever is not clearly below the target stands before it: equal scores count against a model, so that a
    constant finds nothing, and so do scores that are no numbers. Items of the history do not compete.
    """
    rows = np.arange(len(targets))
    sought = scores[rows, targets]
    for row, history in enumerate(histories):
        scores[row, history.items] = -np.inf
    ahead: NDArray[np.bool_] = ~(scores < sought[:, None])
    ahead[rows, targets] = False
    return ahead


def case_batches(histories: Histories, part: Part, n_items: int) -> Iterator[Cases]:
    """The users of a block who have an unseen held-out item, in batches whose scores fit in memory.

    A held-out item that the user had before is no target: seen items are never recommended.
    """
    # A batch's scores are 4 bytes x users x items.
    batch = max(1, min(MAX_BATCH_USERS, MAX_SCORE_BYTES // (4 * n_items)))
    for start in range(0, len(histories), batch):
        rows = range(start, min(start + batch, len(histories)))
        cases = _cases(histories, rows, part, n_items)
        if len(cases):
            yield cases


def _cases(histories: Histories, rows: range, part: Part, n_items: int) -> Cases:
    # Each user's unseen held-out items, each once.
    before = {row: histories.before(row, part) for row in rows}
    unseen = {row: np.setdiff1d(histories.targets(row, part), before[row].items) for row in rows}
    # Users without any are left out; the targets of the others stand one user's after another's.
    users = [row for row in rows if len(unseen[row])]
    return Cases(
        users=[histories.users[row].as_py() for row in users],
        histories=[before[row] for row in users],
        owners=np.repeat(np.arange(len(users)), [len(unseen[row]) for row in users]),
        targets=np.concatenate([np.zeros(0, np.int32), *(unseen[row] for row in users)]),
        candidates=n_items - np.array([len(np.unique(before[row].items)) for row in users], np.int64),
    )
