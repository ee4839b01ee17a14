"""Leave-one-out influence and Shapley values: how much each item of the history carries one of the list."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from palate.data.histories import History

Items = NDArray[np.int32]
Scores = NDArray[np.float32]

Score = Callable[[Sequence[History], Items], Scores]
"""What items (int32 [items]) score for histories: float32 [histories, items], the higher the better."""

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


def without(history: History, items: Sequence[int] | Items) -> History:
    """The history had its owner never met these items."""
    return history.only(~np.isin(history.items, items))


def leave_one_out(history: History, items: Items, score: Score) -> Scores:
    """Exact influence of each of the `recent_items` on every item, float32 [left out, items]; one batch.

        influence(h, i) = score(i | history) - score(i | history without h)

    Positive where h speaks for the item. Explanation by removal: Covert, Lundberg & Lee, "Explaining
    by Removing: A Unified Framework for Model Explanation", JMLR 22(209), 2021.
    Of items that can stand in for each other none has influence; `shapley` shares it among them.
    """
    scores = score([history, *(without(history, [item]) for item in recent_items(history))], items)
    influence: Scores = scores[:1] - scores[1:]
    return influence


def shapley(history: History, items: Items, score: Score, permutations: int = 64, seed: int = 0) -> Scores:
    """Sampled Shapley value of each of the `recent_items` for every item, float32 [left out, items].

        value(h, i) = mean over permutations p of
                      score(i | what comes before h in p, and h) - score(i | what comes before h in p)

    What is there keeps the order of the history; a permutation only says which of it is there. Older events
    always are. In every permutation, and so in the mean, the values of an item add up to its score minus
    that without all of the recent items. The error falls with the square root of `permutations`, each of
    which is a batch of histories, one more than the items; `seed` draws them. Castro, Gómez & Tejada,
    "Polynomial calculation of the Shapley value based on sampling", Computers & Operations Research 36(5),
    2009.
    """
    if permutations < 1:
        raise ValueError(f"Shapley sampling needs at least one permutation, not {permutations}")
    generator = np.random.default_rng(seed)
    recent = recent_items(history)
    total = np.zeros((len(recent), len(items)))
    for _ in range(permutations):
        # Row n holds the first n items of the permutation, [left out + 1]: the others are left out.
        order = generator.permutation(len(recent))
        joined = [without(history, recent[order[count:]]) for count in range(len(recent) + 1)]
        # What each item adds when it joins, at its own row.
        total[order] += np.diff(score(joined, items).astype(np.float64), axis=0)
    values: Scores = (total / permutations).astype(np.float32)
    return values
