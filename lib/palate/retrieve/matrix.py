"""Interaction matrix: histories as sparse rows, and the scores of those who have no history."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from palate.data.histories import History
from palate.retrieve.base import State


def history_matrix(histories: Sequence[History], n_items: int, decay: float = 1.0) -> sp.csr_matrix:
    """Float32 matrix [histories, items] of what each history holds.

    An item weighs decay^age, where the newest event has age 0; of an item that occurs again the
    newest event counts.
    """
    # All events one behind the other, [events]: row, item and age of each.
    lengths = np.array([len(history.items) for history in histories], np.int64)
    rows = np.repeat(np.arange(len(histories)), lengths)
    items = np.concatenate([np.zeros(0, np.int32), *(history.items for history in histories)])
    ends = np.cumsum(lengths)
    ages = np.repeat(ends, lengths) - 1 - np.arange(len(items))
    # Of the events of one cell the newest: the first one from behind.
    cells = rows * n_items + items
    _, from_behind = np.unique(cells[::-1], return_index=True)
    newest = len(cells) - 1 - from_behind
    weights = np.power(decay, ages[newest]).astype(np.float32)
    return sp.csr_matrix((weights, (rows[newest], items[newest])), shape=(len(histories), n_items))


def fall_back(
    scores: NDArray[np.float32], histories: Sequence[History], popularity: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Replace the rows of empty histories by `popularity` (float32 [items]), in place."""
    empty = [row for row, history in enumerate(histories) if len(history.items) == 0]
    scores[empty] = popularity
    return scores


def matrix_state(matrix: sp.csr_matrix, values: str, prefix: str = "") -> State:
    """A sparse matrix as three arrays: its values under a name of their own, its columns and its row ends."""
    return {
        f"{prefix}{values}": matrix.data,
        f"{prefix}items": matrix.indices,
        f"{prefix}offsets": matrix.indptr,
    }


def matrix_from_state(state: State, values: str, n_items: int, prefix: str = "") -> sp.csr_matrix:
    """The matrix [items, items] that `matrix_state` was given."""
    parts = tuple(state[f"{prefix}{name}"] for name in (values, "items", "offsets"))
    return sp.csr_matrix(parts, shape=(n_items, n_items))
