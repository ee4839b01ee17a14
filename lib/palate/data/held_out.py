"""Held-out evaluation cases: the history of each user that a method is given, and the items it is to find."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from palate.data.histories import Histories, History, Part
from palate.data.repeats import RepeatRules
from palate.data.user_sample import EVERYBODY, UserSample

MAX_SCORE_BYTES = 16 * 2**20
"""Most bytes of float32 scores that are in memory at a time."""

MAX_BATCH_USERS = 2048
"""Most users of a batch, whose lists' vectors are in memory as well."""


@dataclass(frozen=True)
class Cases:
    """A batch of users with something to find; `targets` of all of them stand in one array."""

    users: list[str]
    histories: list[History]
    not_again: list[NDArray[np.int32]]
    """Items of each history that are not recommended again."""
    owners: NDArray[np.int64]
    """Position in `users` of each target, rising; shape [targets]."""
    targets: NDArray[np.int32]
    """Catalogue indices, shape [targets]; none twice for a user."""
    candidates: NDArray[np.int64]
    """Items that may be recommended to each user, shape [users]."""

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


def case_batches(
    histories: Histories,
    part: Part,
    hidden: NDArray[np.bool_],
    rules: RepeatRules,
    *,
    sample: UserSample = EVERYBODY,
) -> Iterator[Cases]:
    """The users of a block who have a held-out item to find, in batches whose scores fit in memory.

    Items in `hidden` (bool [items]) do not exist, neither in histories nor as targets. `rules` say which
    items are recommended again, and whether a target that is not counts. Users outside the sample are
    left out.
    """
    # A batch's scores are 4 bytes x users x items.
    batch = max(1, min(MAX_BATCH_USERS, MAX_SCORE_BYTES // (4 * len(hidden))))
    drawn = sample.rows(histories.users.to_pylist()).tolist()
    for start in range(0, len(drawn), batch):
        cases = _cases(histories, drawn[start : start + batch], part, hidden=hidden, rules=rules)
        if len(cases):
            yield cases


def users_of_repeats(
    histories: Histories, part: Part, rules: RepeatRules, sample: UserSample = EVERYBODY
) -> int:
    """Users of a block who have held-out events of `part`, all of items that may not be named again."""
    drawn = sample.rows(histories.users.to_pylist()).tolist()
    rows = (row for row in drawn if len(histories.targets(row, part)))
    dropping = rules._replace(held_out="drop")
    return sum(not len(_targets(histories, row, part, dropping)) for row in rows)


def _cases(
    histories: Histories, rows: Sequence[int], part: Part, *, hidden: NDArray[np.bool_], rules: RepeatRules
) -> Cases:
    found = {row: _targets(histories, row, part, rules) for row in rows}
    targets = {row: items[~hidden[items]] for row, items in found.items()}
    # Users without any are left out; the targets of the others stand one user's after another's.
    users = [row for row in rows if len(targets[row])]
    known = [histories.before(row, part) for row in users]
    before = [history.of_items(~hidden) for history in known]
    begins = [int(histories.held_out(row, part).times[0]) for row in users]
    not_again = [rules.not_again(history, now) for history, now in zip(before, begins, strict=True)]
    return Cases(
        users=[histories.users[row].as_py() for row in users],
        histories=before,
        not_again=not_again,
        owners=np.repeat(np.arange(len(users)), [len(targets[row]) for row in users]),
        targets=np.concatenate([np.zeros(0, np.int32), *(targets[row] for row in users)]),
        candidates=len(hidden) - np.array([len(np.unique(items)) for items in not_again], np.int64),
    )


def _targets(histories: Histories, row: int, part: Part, rules: RepeatRules) -> NDArray[np.int32]:
    """What a user is to find, each item once."""
    held_out = histories.held_out(row, part)
    if rules.held_out == "count" or not len(held_out.items):
        return np.unique(held_out.items)
    not_again = rules.not_again(histories.before(row, part), int(held_out.times[0]))
    return np.setdiff1d(held_out.items, not_again)
