"""Beyond-accuracy metrics (novelty, diversity, popularity) of lists, int32 [users, k] ending in `NO_ITEM`."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from palate.data.histories import History
from palate.schema import NO_ITEM

Lists = NDArray[np.int32]
Values = NDArray[np.float64]


def information(counts: NDArray[np.float32]) -> Values:
    """Bits that each item tells, -log2 p(item) with p = (events + 1) / (all events + items)."""
    bits: Values = -np.log2((counts + 1.0) / (counts.sum(dtype=np.float64) + len(counts)))
    return bits


def novelty(lists: Lists, bits: Values) -> Values:
    """Mean of -log2 p(item) over the list; `bits` are those of `information`.

    Zhou et al., "Solving the apparent diversity-accuracy dilemma of recommender systems", PNAS 2010.
    """
    return _list_mean(lists, bits)


def diversity(lists: Lists, vectors: NDArray[np.float32]) -> Values:
    """Intra-list diversity: 1 - mean cosine of two different items of the list.

    `vectors` are float32 [items, width] of unit length, so the cosines of all pairs add up to
    (|sum of vectors|^2 - n) / 2. A list of fewer than two items has diversity 0.
    """
    listed = lists != NO_ITEM
    # The sum of each list's vectors, [users, width]; an empty place counts nothing.
    sums = np.einsum("ukw,uk->uw", vectors[lists], listed.astype(np.float32))
    length = listed.sum(axis=1)
    pairs = np.maximum(length * (length - 1), 1)
    cosine = (np.square(sums).sum(axis=1, dtype=np.float64) - length) / pairs
    return np.where(length > 1, 1 - cosine, 0.0)


def mean_popularity(lists: Lists | Sequence[History], counts: NDArray[np.float32]) -> Values:
    """Mean number of training users of the items of each list or history; 0 for an empty one."""
    if isinstance(lists, np.ndarray):
        return _list_mean(lists, counts.astype(np.float64))
    # Histories differ in length: all their items in one array, with the row of each.
    lengths = np.array([len(history.items) for history in lists])
    items = np.concatenate([np.zeros(0, np.int32), *(history.items for history in lists)])
    owners = np.repeat(np.arange(len(lists)), lengths)
    totals = np.bincount(owners, counts[items], minlength=len(lists))
    means: Values = totals / np.maximum(lengths, 1)
    return means


def _list_mean(lists: Lists, values: Values) -> Values:
    listed = lists != NO_ITEM
    # An empty place reads the last item's value, and its weight is 0.
    means: Values = (values[lists] * listed).sum(axis=1) / np.maximum(listed.sum(axis=1), 1)
    return means
