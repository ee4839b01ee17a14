"""Leave-one-out influence and Shapley values: how much each event carries the relevance of an item."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from palate.data.histories import History

Items = NDArray[np.int32]
Scores = NDArray[np.float32]

Score = Callable[[Sequence[History], Items], Scores]
"""Relevance of items (int32 [items]) for histories: float32 [histories, items]."""

EXPLAINED_EVENTS = 50
"""The latest events of a history that an explanation looks at."""


def latest(history: History, events: int = EXPLAINED_EVENTS) -> History:
    """The last `events` events of a history."""
    return history.only(slice(-events, None))


def leave_one_out(history: History, items: Items, score: Score) -> Scores:
    """Exact influence of every event on every item, float32 [events, items]; one batch of histories.

        influence(e, i) = relevance(i | history) - relevance(i | history without e)

    Positive where the event speaks for the item. Explanation by removal: Covert, Lundberg & Lee, "Explaining
    by Removing: A Unified Framework for Model Explanation", JMLR 22(209), 2021.
    Of events that can stand in for each other none has influence; `shapley` shares it among them.
    """
    # Row e holds every event but e, bool [events, events].
    everything_but = ~np.eye(len(history.items), dtype=bool)
    scores = score([history, *(history.only(events) for events in everything_but)], items)
    influence: Scores = scores[:1] - scores[1:]
    return influence


def shapley(history: History, items: Items, score: Score, permutations: int = 64, seed: int = 0) -> Scores:
    """Sampled Shapley value of every event for every item, float32 [events, items].

        value(e, i) = mean over permutations p of
                      relevance(i | events before e in p, and e) - relevance(i | events before e in p)

    The events of a part keep the order of the history; a permutation only says which of them are there.
    In every permutation, and so in the mean, the values of an item add up to its relevance minus that for
    an empty history. The error falls with the square root of `permutations`, each of which is a batch
    of events + 1 histories; `seed` draws them. Castro, Gómez & Tejada, "Polynomial calculation of the Shapley
    value based on sampling", Computers & Operations Research 36(5), 2009.
    """
    if permutations < 1:
        raise ValueError(f"Shapley sampling needs at least one permutation, not {permutations}")
    generator = np.random.default_rng(seed)
    count = len(history.items)
    total = np.zeros((count, len(items)))
    for _ in range(permutations):
        # Row n holds the first n events of the permutation, bool [events + 1, events].
        order = generator.permutation(count)
        has_joined = np.argsort(order) < np.arange(count + 1)[:, None]
        # What each event adds when it joins, at the row of the event.
        scores = score([history.only(joined) for joined in has_joined], items)
        total[order] += np.diff(scores.astype(np.float64), axis=0)
    values: Scores = (total / permutations).astype(np.float32)
    return values
