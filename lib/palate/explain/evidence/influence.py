"""Leave-one-out influence and Shapley values: how much each part of a list's inputs carries an item of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from palate.data.histories import History
from palate.stated.parts import Part

Items = NDArray[np.int32]
Scores = NDArray[np.float32]

LeftOut = Sequence[Part]
"""What a list is made without."""
Score = Callable[[Sequence[LeftOut], Items], Scores]
"""What items (int32 [items]) score in lists without some parts: float32 [lists, items], the higher the
better."""

EXPLAINED_EVENTS = 50
"""The latest events of a history that an explanation looks at."""


def latest(history: History, events: int = EXPLAINED_EVENTS) -> History:
    """The last `events` events of a history."""
    return history.only(slice(-events, None))


def recent_items(history: History) -> Items:
    """The items of the latest events, each once, the one that came last first; int32 [left out]."""
    newest_first = latest(history).items[::-1]
    _, first = np.unique(newest_first, return_index=True)
    return newest_first[np.sort(first)]


def leave_one_out(parts: Sequence[Part], items: Items, score: Score) -> Scores:
    """Exact influence of each part on every item, float32 [parts, items]; one batch of one list more.

        influence(p, i) = score(i) - score(i | without p)

    Positive where p speaks for the item. Explanation by removal: Covert, Lundberg & Lee, "Explaining
    by Removing: A Unified Framework for Model Explanation", JMLR 22(209), 2021.
    Of parts that can stand in for each other none has influence; `shapley` shares it among them.
    """
    scores = score([(), *((part,) for part in parts)], items)
    influence: Scores = scores[:1] - scores[1:]
    return influence


def shapley(
    parts: Sequence[Part], items: Items, score: Score, permutations: int = 64, seed: int = 0
) -> Scores:
    """Sampled Shapley value of each part for every item, float32 [parts, items].

        value(p, i) = mean over permutations o of
                      score(i | what comes before p in o, and p) - score(i | what comes before p in o)

    What is no part always is there. In every permutation, and so in the mean, the values of an item add up to
    its score minus that without all of the parts. The error falls with the square root of `permutations`,
    each of which is a batch of lists, one more than the parts; `seed` draws them. Castro, Gómez & Tejada,
    "Polynomial calculation of the Shapley value based on sampling", Computers & Operations Research 36(5),
    2009.
    """
    if permutations < 1:
        raise ValueError(f"Shapley sampling needs at least one permutation, not {permutations}")
    generator = np.random.default_rng(seed)
    total = np.zeros((len(parts), len(items)))
    for _ in range(permutations):
        # Row n holds the first n parts of the permutation, [parts + 1]: the others are left out.
        order = generator.permutation(len(parts))
        left_out = [[parts[row] for row in order[count:]] for count in range(len(parts) + 1)]
        # What each part adds when it joins, at its own row.
        total[order] += np.diff(score(left_out, items).astype(np.float64), axis=0)
    values: Scores = (total / permutations).astype(np.float32)
    return values
