"""What all retrievers nominate for each validation user, with every retriever's score of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from palate.evaluate.cases import Cases, case_batches
from palate.retrieve import Scorer
from palate.sequence import Shards

K, NOMINATED = 10, 100
Scores = NDArray[np.float32]
Values = NDArray[np.float64]


class Pool(NamedTuple):
    """Candidates of all users, one user's after another's."""

    starts: NDArray[np.int64]
    """First candidate of each user, [users]."""
    owners: NDArray[np.int64]
    """User of each candidate, [candidates]."""
    scores: Scores
    """[candidates, methods]."""
    ranks: Scores
    """From 1 on, among what the method nominates; infinite for the rest; [candidates, methods]."""
    target: NDArray[np.int64]
    """Candidate that was sought, [users]; -1 where nobody nominated it."""

    def gains(self, scores: NDArray[np.floating]) -> Values:
        """NDCG@10 of each user in the order of some scores, [candidates]."""
        own = np.where(self.target >= 0, scores[self.target], np.inf)
        ahead = np.add.reduceat((scores > own[self.owners]).astype(np.int64), self.starts)
        return np.where((self.target >= 0) & (ahead < K), 1 / np.log2(ahead + 2), 0.0)

    def by_halves(self, fitted: Callable[[NDArray[np.bool_]], Values]) -> Values:
        """Values of each user from what was fitted to the half of the users in which they are not."""
        even = np.arange(len(self.target)) % 2 == 0
        return np.where(even, fitted(~even), fitted(even))

    def nominated_shares(self, names: Sequence[str]) -> dict[str, float]:
        """Share of the users whose target each method nominates."""
        found = np.isfinite(self.ranks[self.target]) & (self.target >= 0)[:, None]
        return dict(zip(names, found.mean(0).tolist(), strict=True))


def gathered(methods: Mapping[str, Scorer], shards: Shards, n_items: int) -> Pool:
    """The pool of all users with a validation event; the first of several is sought."""
    parts = [
        part
        for shard in shards
        for cases in case_batches(shard(), "validation", n_items)
        for part in _of_batch(methods, cases)
    ]
    sizes = np.array([len(scores) for scores, _, _ in parts], np.int64)
    starts = np.cumsum(sizes) - sizes
    target = np.array([place for _, _, place in parts], np.int64)
    return Pool(
        starts,
        np.repeat(np.arange(len(parts)), sizes),
        np.concatenate([scores for scores, _, _ in parts]),
        np.concatenate([ranks for _, ranks, _ in parts]),
        np.where(target >= 0, target + starts, -1),
    )


def _of_batch(methods: Mapping[str, Scorer], cases: Cases) -> Iterator[tuple[Scores, Scores, int]]:
    """Scores and ranks of each user's candidates, [candidates, methods], and which was sought."""
    scores = np.stack([method.scores(cases.histories) for method in methods.values()], axis=1)
    _, first = np.unique(cases.owners, return_index=True)
    for row, history in enumerate(cases.histories):
        mine = scores[row]
        mine[:, history.items] = -np.inf
        tops = [_top(one) for one in mine]
        items = np.unique(np.concatenate(tops))
        ranks = np.full((len(items), len(tops)), np.inf, np.float32)
        for column, top in enumerate(tops):
            ranks[np.searchsorted(items, top), column] = np.arange(1, len(top) + 1)
        place = np.flatnonzero(items == cases.targets[first[row]])
        yield mine[:, items].T.copy(), ranks, int(place[0]) if len(place) else -1


def _top(scores: Scores) -> NDArray[np.int64]:
    """The best items that are not masked, best first."""
    best = (
        np.argpartition(-scores, NOMINATED)[:NOMINATED] if len(scores) > NOMINATED else np.arange(len(scores))
    )
    best = best[np.isfinite(scores[best])]
    return best[np.argsort(-scores[best], kind="stable")]
