"""Item statistics: what histories tell of items and pairs of items, beside what retrievers make of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple, Self

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from palate.data.histories import Histories
from palate.live.layered import LayeredArray
from palate.retrieve.base import State
from palate.retrieve.knn import nearest
from palate.retrieve.matrix import matrix_from_state, matrix_state

WINDOW = 3
"""Events that are at most so many apart are near each other."""
PAIRS = 100
"""Other items that are kept of each item, the most frequent ones."""
PRIOR = 5.0
"""So many events of an average item are added to those of each, so that a rare item is no extreme one."""

Vector = NDArray[np.float32]


@dataclass(frozen=True)
class ItemStatistics:
    """Of every item where in histories it comes, and what it comes with.

    `mean_position` and `first_share` are drawn towards the mean of all items, `PRIOR`.
    """

    mean_position: Vector | LayeredArray
    """Mean position in the histories that hold the item, 0 the first event and 1 the last, [items]."""
    first_share: Vector | LayeredArray
    """Share of its events that were the first of a history, shape [items]."""
    next_counts: sp.csr_matrix
    """How often the column's item came right after the row's, float32 [items, items]."""
    window_counts: sp.csr_matrix
    """How often the two came at most `WINDOW` events apart, in either order, float32 [items, items]."""

    def state(self) -> State:
        """Everything as arrays."""
        return {
            "lateness": np.asarray(self.mean_position),
            "openings": np.asarray(self.first_share),
            **matrix_state(self.next_counts, "counts", prefix="follows-"),
            **matrix_state(self.window_counts, "counts", prefix="near-"),
        }

    def with_new_items(self, items: NDArray[np.int32], events: Vector) -> ItemStatistics:
        """The statistics with further items (rising indices behind the last), of which nothing is known.

        They get the mean of all items, as an item without events does in training. `events` [items] is how
        many each known one has; without any, the means are what is told of every item.
        """
        position, share = (
            LayeredArray(values, items, np.full(len(items), _average(values, events), np.float32))
            for values in (np.asarray(self.mean_position), np.asarray(self.first_share))
        )
        return replace(self, mean_position=position, first_share=share)

    @classmethod
    def from_state(cls, state: State) -> Self:
        """The statistics again."""
        items = len(state["lateness"])
        next_counts, window_counts = (
            matrix_from_state(state, "counts", items, prefix) for prefix in ("follows-", "near-")
        )
        mean_position, first_share = (
            state[name].astype(np.float32, copy=False) for name in ("lateness", "openings")
        )
        return cls(mean_position, first_share, next_counts, window_counts)


def learn_statistics(blocks: Iterable[Histories], n_items: int) -> ItemStatistics:
    """Count in the training events of blocks of users; one block and the pairs are in memory at a time."""
    # Sums by item, float64 [items], and counts of pairs of items, float32 [items, items].
    events, positions, first = (np.zeros(n_items) for _ in range(3))
    next_counts, window_counts = (sp.csr_matrix((n_items, n_items), dtype=np.float32) for _ in range(2))
    for block in blocks:
        train = _events(block)
        events += np.bincount(train.items, minlength=n_items)
        positions += np.bincount(train.items, train.positions, minlength=n_items)
        first += np.bincount(train.items[train.before == 0], minlength=n_items)
        next_pairs, *others = (_pairs(train, apart, n_items) for apart in range(1, WINDOW + 1))
        next_counts += next_pairs
        window_counts += sum(others, start=next_pairs)
    return ItemStatistics(
        mean_position=_shrunk(positions, events),
        first_share=_shrunk(first, events),
        next_counts=_most_frequent(next_counts),
        window_counts=_most_frequent((window_counts + window_counts.T).tocsr()),
    )


def pair_counts(matrix: sp.csr_matrix, row: int, items: NDArray[np.int32]) -> Vector:
    """The entries of a row at the columns `items`, float32 [n]."""
    if row >= matrix.shape[0]:  # an item of after the training
        return np.zeros(len(items), np.float32)
    # Columns and counts of the row, [entries]; the columns rise.
    start, end = matrix.indptr[row : row + 2]
    columns, counts = matrix.indices[start:end], matrix.data[start:end]
    if not len(columns):
        return np.zeros(len(items), np.float32)
    # Where each item would stand among them; it counts if it does.
    entries = np.minimum(np.searchsorted(columns, items), len(columns) - 1)
    return np.where(columns[entries] == items, counts[entries], 0).astype(np.float32)


class _Events(NamedTuple):
    """The training events of all users, one user's after the other's."""

    items: NDArray[np.int32]
    before: NDArray[np.int64]
    """How many events of the user came before."""
    positions: NDArray[np.float64]
    """In the user's history: 0 the first, 1 the last; a half where it is the only one."""


def _events(block: Histories) -> _Events:
    # One history behind the other, [events]: how many events of the user came before, and the last of them.
    trains = [history.items for history in block.trains()]
    lengths = np.array([len(items) for items in trains], np.int64)
    ends = np.cumsum(lengths)
    before = np.arange(lengths.sum()) - np.repeat(ends - lengths, lengths)
    last = np.repeat(lengths - 1, lengths)
    positions = np.where(last > 0, before / np.maximum(last, 1), 0.5)
    return _Events(np.concatenate([np.zeros(0, np.int32), *trains]), before, positions)


def _pairs(events: _Events, apart: int, n_items: int) -> sp.csr_matrix:
    """How often the column's item came `apart` events after the row's, [items, items]."""
    later = np.flatnonzero(events.before >= apart)
    cells = np.ones(len(later), np.float32), (events.items[later - apart], events.items[later])
    return sp.csr_matrix(cells, shape=(n_items, n_items))


def _shrunk(sums: NDArray[np.float64], events: NDArray[np.float64]) -> Vector:
    """The mean of each item, drawn towards that of all."""
    average = sums.sum() / max(1.0, events.sum())
    shrunk: Vector = ((sums + PRIOR * average) / (events + PRIOR)).astype(np.float32)
    return shrunk


def _average(shrunk: Vector, events: Vector) -> float:
    """What `_shrunk` drew each item towards: m_i (n_i + prior) = sum_i + prior m, added up and solved."""
    weights = events + PRIOR
    return float((shrunk * weights).sum() / max(weights.sum(), 1e-9))


def _most_frequent(matrix: sp.csr_matrix) -> sp.csr_matrix:
    """The `PAIRS` greatest entries of each row."""
    cells = matrix.tocoo()
    most = nearest(cells.row, cells.col, cells.data, PAIRS) if cells.nnz else np.zeros(0, np.int64)
    greatest = sp.csr_matrix((cells.data[most], (cells.row[most], cells.col[most])), shape=matrix.shape)
    greatest.sort_indices()
    return greatest
