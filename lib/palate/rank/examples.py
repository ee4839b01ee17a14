"""Training examples of the action model: users' candidates, and what each user did next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from palate.config import ActionConfig
from palate.data.hashing import mixed, text_hashes
from palate.data.histories import Feedback, Histories, History
from palate.rank.features import candidate_features
from palate.rank.statistics import ItemStatistics
from palate.retrieve.candidates import Candidates

FOLDS = 5
"""Parts of the users; what is said of one part is learned from the others."""


class Case(NamedTuple):
    """A user before the first validation event, and that event."""

    history: History
    target: int
    feedback: Feedback
    time: int
    """Of that event, in seconds."""
    fold: int
    user: str
    """Their id, as the histories have it."""
    weight: float = 1.0
    """What that event counts for."""


@dataclass(frozen=True)
class Examples:
    """Candidates of several users, one user's after the other's."""

    folds: NDArray[np.int64]
    """Fold of each user, shape [users]."""
    sizes: NDArray[np.int64]
    """Number of candidates of each user, shape [users]."""
    acted: NDArray[np.bool_]
    """Whether the held-out event counts as the action, shape [users, actions]."""
    features: NDArray[np.float32]
    """Shape [candidates, features]."""
    relevance: NDArray[np.float32]
    """Shape [candidates]."""
    chosen: NDArray[np.bool_]
    """Whether the candidate is the item of the held-out event, shape [candidates]."""
    weights: NDArray[np.float64]
    """What the held-out event of each user counts for, shape [users]."""

    def answers(self) -> NDArray[np.bool_]:
        """Whether the user's next event is this candidate and of the action, [candidates, actions]."""
        return self.chosen[:, None] & np.repeat(self.acted, self.sizes, axis=0)

    def fold_of_candidates(self) -> NDArray[np.int64]:
        """Fold of each candidate's user, shape [candidates]."""
        return np.repeat(self.folds, self.sizes)


def validation_cases(block: Histories, most: int, seed: int) -> list[Case]:
    """At most so many of a block's users with a validation event; which, and their folds, a hash decides."""
    users = [user for user in range(len(block)) if len(block.targets(user, "validation"))]
    # Two hashes of each user's id, [users]: one orders them, the other says the fold.
    hashes = text_hashes(block.users.take(np.asarray(users, np.int64)).to_pylist())
    order, folds = (mixed(hashes, text_hashes([f"{use} {seed}"])) for use in ("sample", "fold"))
    chosen = np.sort(np.argsort(order, kind="stable")[:most])
    return [_case(block, users[row], int(folds[row] % np.uint64(FOLDS))) for row in chosen]


def example(
    case: Case,
    candidates: Candidates,
    relevance: NDArray[np.float32],
    popularity: NDArray[np.float32],
    statistics: ItemStatistics,
    actions: Mapping[str, ActionConfig],
) -> Examples:
    """The examples of one user. A held-out item that is no candidate leaves negative ones only."""
    acted = [counts_as(action, case.feedback) for action in actions.values()]
    return Examples(
        folds=np.array([case.fold]),
        sizes=np.array([len(candidates)]),
        acted=np.array([acted]),
        features=candidate_features(
            candidates,
            relevance=relevance,
            popularity=popularity,
            statistics=statistics,
            history=case.history.items,
        ),
        relevance=relevance,
        chosen=candidates.items == case.target,
        weights=np.array([case.weight]),
    )


def concatenated(parts: Sequence[Examples]) -> Examples:
    """The examples of all parts, of which there is at least one."""
    names = vars(parts[0])
    columns = zip(*(vars(part).values() for part in parts), strict=True)
    return Examples(**{name: np.concatenate(arrays) for name, arrays in zip(names, columns, strict=True)})


def counts_as(action: ActionConfig, feedback: Feedback) -> bool:
    """Whether an event of this kind and value counts as the action."""
    if action.kinds and feedback.kind not in action.kinds:
        return False
    return action.min_value is None or feedback.value >= action.min_value


def _case(block: Histories, user: int, fold: int) -> Case:
    first = block.held_out(user, "validation").only(slice(1))
    return Case(
        history=block.before(user, "validation"),
        target=int(first.items[0]),
        feedback=first.feedback[0],
        time=int(first.times[0]),
        fold=fold,
        user=block.users[user].as_py(),
    )
