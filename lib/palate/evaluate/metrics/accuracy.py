"""Accuracy metrics (NDCG, hit rate, recall, MRR, MAP, AUC): each from an outcome to float64 [users]."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]


@dataclass(frozen=True)
class Outcome:
    """Where the targets of a batch of users stand in a method's order."""

    hits: NDArray[np.bool_]
    """Whether the item at each place of the list is a target, shape [users, k]."""
    targets: NDArray[np.int64]
    """Number of targets, shape [users]; at least 1."""
    unseen: NDArray[np.int64]
    """Number of targets that may be recommended, shape [users]; no list can hold the others."""
    rank_sum: NDArray[np.int64]
    """Sum of these targets' ranks among all items that may be recommended, shape [users]."""
    candidates: NDArray[np.int64]
    """Number of items that may be recommended, shape [users]."""

    @classmethod
    def of(
        cls, owners: NDArray[np.int64], ranks: NDArray[np.int64], candidates: NDArray[np.int64], k: int
    ) -> Outcome:
        """From the rank of each target and the position of its user, both int64 [targets].

        A target that may not be recommended ranks behind all `candidates`.
        """
        users = len(candidates)
        unseen = ranks <= candidates[owners]
        # Whatever else stands in a list is a miss, so ranks alone say where the hits are.
        listed = unseen & (ranks <= k)
        hits = np.zeros((users, k), np.bool_)
        hits[owners[listed], ranks[listed] - 1] = True
        return cls(
            hits=hits,
            targets=np.bincount(owners, minlength=users),
            unseen=np.bincount(owners[unseen], minlength=users),
            rank_sum=np.bincount(owners, ranks * unseen, minlength=users).astype(np.int64),
            candidates=candidates,
        )


def hit_rate(outcome: Outcome) -> Values:
    """1 where at least one target is in the list, else 0."""
    return np.asarray(outcome.hits.any(axis=1), np.float64)


def recall(outcome: Outcome) -> Values:
    """Share of the targets that are in the list."""
    share: Values = outcome.hits.sum(axis=1) / outcome.targets
    return share


def precision(outcome: Outcome) -> Values:
    """Share of the list's k places that hold a target."""
    filled: Values = outcome.hits.sum(axis=1) / outcome.hits.shape[1]
    return filled


def f1(outcome: Outcome) -> Values:
    """Harmonic mean of precision and recall: 2 hits / (k + targets)."""
    mean: Values = 2 * outcome.hits.sum(axis=1) / (outcome.hits.shape[1] + outcome.targets)
    return mean


def ndcg(outcome: Outcome) -> Values:
    """Sum of 1 / log2(1 + rank) over the listed targets, divided by that of the best possible list.

    Järvelin and Kekäläinen, "Cumulated gain-based evaluation of IR techniques", TOIS 2002.
    """
    discounts = 1 / np.log2(np.arange(outcome.hits.shape[1]) + 2)
    # The best list begins with all targets, or is full of them.
    best = np.cumsum(discounts)[np.minimum(outcome.targets, len(discounts)) - 1]
    gain: Values = outcome.hits @ discounts / best
    return gain


def average_precision(outcome: Outcome) -> Values:
    """Mean over all targets of the precision at their places, 0 for those not listed (trec's map_cut)."""
    ranks = np.arange(1, outcome.hits.shape[1] + 1)
    precisions = np.cumsum(outcome.hits, axis=1) / ranks
    mean: Values = (precisions * outcome.hits).sum(axis=1) / outcome.targets
    return mean


def reciprocal_rank(outcome: Outcome) -> Values:
    """1 / rank of the first target in the list, 0 where there is none."""
    # Of a row without any hit this is 0, which is masked below.
    first = outcome.hits.argmax(axis=1)
    reciprocal: Values = outcome.hits.any(axis=1) / (first + 1)
    return reciprocal


def auc(outcome: Outcome) -> Values:
    """Share of the pairs of a target and an unseen other item that are in the right order.

    From the rank sum: 1 - (rank sum - U (U + 1) / 2 + (T - U) N) / (T N) with T targets, U of them unseen,
    and N others. A target that was seen is behind all of them.
    """
    targets, unseen, others = outcome.targets, outcome.unseen, outcome.candidates - outcome.unseen
    # Pairs in the wrong order: the ranks less those that the targets would have at the top, 1 to U.
    inversions = outcome.rank_sum - unseen * (unseen + 1) / 2 + (targets - unseen) * others
    share: Values = 1 - inversions / np.maximum(targets * others, 1)
    return share


ACCURACY: dict[str, Callable[[Outcome], Values]] = {
    "ndcg": ndcg,
    "hr": hit_rate,
    "recall": recall,
    "precision": precision,
    "f1": f1,
    "map": average_precision,
    "mrr": reciprocal_rank,
    "auc": auc,
}
"""All of them by their names in tables; all but AUC look at the first k places only."""
