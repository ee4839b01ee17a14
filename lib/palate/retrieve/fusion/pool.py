"""Candidate pool: what all methods nominate for each validation user, with every method's score of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from palate.data.held_out import Cases, case_batches
from palate.data.histories import Histories
from palate.data.repeats import NO_REPEATS, RepeatRules
from palate.retrieve.base import Scorer
from palate.retrieve.candidates import best_rows

K, NOMINATED = 10, 100
Integers = NDArray[np.int64]
Scores = NDArray[np.float32]
Values = NDArray[np.float64]


class Pool(NamedTuple):
    """Candidates of all users, one user's after another's."""

    sizes: Integers
    """Candidates of each user, [users]."""
    scores: Scores
    """[candidates, methods]."""
    target: Integers
    """Which of a user's own candidates was sought, [users]; -1 where nobody nominated it."""
    items: Integers
    """Catalogue index of what was sought, [users]."""

    @property
    def starts(self) -> Integers:
        """First candidate of each user, [users]."""
        starts: Integers = np.cumsum(self.sizes) - self.sizes
        return starts

    @property
    def owners(self) -> Integers:
        """User of each candidate, [candidates]."""
        return np.repeat(np.arange(len(self.sizes)), self.sizes)

    def among(self, users: NDArray[np.bool_], columns: Sequence[int]) -> Pool:
        """Some of the users, bool [users], with some of the methods' scores."""
        scores = self.scores[users[self.owners]][:, columns]
        return Pool(self.sizes[users], scores, self.target[users], self.items[users])

    def gains(self, scores: NDArray[np.floating]) -> Values:
        """NDCG@10 of each user in the order of some scores, [candidates]."""
        # The score of each user's target, which nothing is above where there is none.
        sought = self.target >= 0
        own = np.full(len(self.sizes), np.inf)
        own[sought] = scores[(self.starts + self.target)[sought]]
        # How many of a user's candidates come before it.
        ahead = np.add.reduceat(scores > own[self.owners], self.starts, dtype=np.int64)
        return np.where(sought & (ahead < K), 1 / np.log2(ahead + 2), 0.0)

    def by_halves(self, fitted: Callable[[NDArray[np.bool_]], Values]) -> Values:
        """Values of each user from what was fitted to the half of the users in which they are not."""
        even = np.arange(len(self.sizes)) % 2 == 0
        return np.where(even, fitted(~even), fitted(even))


def gathered(
    methods: Mapping[str, Scorer],
    block: Histories,
    n_items: int,
    *,
    rules: RepeatRules = NO_REPEATS,
    most: int | None = None,
) -> Pool:
    """The pool of the first `most` users of a block with a validation event; of several the first is sought.

    Every method nominates its best hundred of the items that may be recommended, and all methods score all
    that is nominated.
    """
    batches = case_batches(block, "validation", np.zeros(n_items, np.bool_), rules)
    parts = (part for cases in batches for part in _of_batch(methods, cases))
    return joined([_empty(len(methods)), *islice(parts, most)])


def joined(pools: Iterable[Pool]) -> Pool:
    """Pools of different users, of the same methods, as one."""
    return Pool(*(np.concatenate(parts) for parts in zip(*pools, strict=True)))


def _empty(methods: int) -> Pool:
    nobody = np.zeros(0, np.int64)
    return Pool(nobody, np.zeros((0, methods), np.float32), nobody, nobody)


def _of_batch(methods: Mapping[str, Scorer], cases: Cases) -> Iterator[Pool]:
    """The pool of each user."""
    scores = np.stack([method.scores(cases.histories) for method in methods.values()], axis=2)
    _, first = np.unique(cases.owners, return_index=True)
    for own, not_again, target in zip(scores, cases.not_again, cases.targets[first], strict=True):
        # Items that a method has among its best, [candidates]; `own` is [items, methods].
        own[not_again] = -np.inf
        best = np.unique(np.concatenate([best_rows(column, NOMINATED) for column in own.T]))
        items = best[np.isfinite(own[best]).all(1)]
        position = np.flatnonzero(items == target)
        place = position if len(position) else np.array([-1])
        yield Pool(np.array([len(items)]), own[items], place, np.array([target]))
