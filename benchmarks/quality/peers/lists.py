"""Recommended lists: made whole, judged by NDCG@10, written."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from benchmarks.quality.peers.split import Events, Question

LENGTH = 10
NOBODY = -1
"""Stands in a list where a peer had nothing to say."""

Lists = NDArray[np.int32]
"""A row of items per asked user, best first."""


def completed(lists: Lists, question: Question, popular: NDArray[np.intp]) -> Lists:
    """The lists with each gap filled by the most popular items that the user has not met.

    item-kNN finds fewer than ten neighbours for some, and RecTools leaves out users of whom it knows no item.
    """
    whole = lists.copy()
    for row in np.flatnonzero((lists == NOBODY).any(axis=1)):
        said = [item for item in lists[row] if item != NOBODY]
        taken = {*said, *question.history.matrix[question.users[row]].indices}
        spare = (item for item in popular if item not in taken)
        whole[row] = [*said, *(next(spare) for _ in range(LENGTH - len(said)))]
    return whole


def ndcg(lists: Lists, answers: NDArray[np.int32]) -> float:
    """NDCG@10 with one relevant item per user."""
    rows, ranks = np.nonzero(lists == answers[:, None])
    return float((1 / np.log2(ranks + 2)).sum() / len(answers)) if len(rows) else 0.0


def check(lists: Lists, question: Question) -> None:
    """Refuse lists that hold an item twice, or one that the user has met, or none at all."""
    history: Events = question.history
    ordered = np.sort(lists, axis=1)
    if (ordered[:, 0] < 0).any() or (ordered[:, 1:] == ordered[:, :-1]).any():
        raise ValueError("a list has a gap or an item twice")
    met = history.matrix[np.repeat(question.users, LENGTH), lists.ravel()]
    if met.any():
        raise ValueError("a list has an item from its user's history")


def write_lists(path: Path, users: NDArray[np.int32], lists: Lists) -> None:
    """One row a user: `user` and its ten `items`."""
    items = pa.array(list(lists.astype(np.int32)), pa.list_(pa.int32()))
    pq.write_table(pa.table({"user": pa.array(users, pa.int32()), "items": items}), path)
