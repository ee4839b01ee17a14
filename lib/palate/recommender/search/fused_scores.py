"""Hybrid search: lexical and dense scores of the same items in one, a convex combination of them.

    score = (1 - weight) * cosine + weight * lexical score

Neither is scaled by what else was found, so that parts of a catalogue can be merged and a live item changes
no other's score. That such a combination is better than to fuse ranks, and that its weight hardly depends on
the data: Bruch, Gai and Ingber, "An Analysis of Fusion Functions for Hybrid Retrieval", ACM Transactions on
Information Systems 42(1), 2023.
"""

from __future__ import annotations

import numpy as np

from palate.recommender.sources import Rows, Scores, SourceScores
from palate.retrieve.candidates import best_rows

DEPTH = 128
"""How many of the best of either are looked at first."""


class FusedScores:
    """Scores of two sources in one."""

    def __init__(self, dense: SourceScores, lexical: SourceScores, weight: float) -> None:
        """Take both, and what the lexical one weighs, 0 to 1."""
        self._dense, self._lexical = dense, lexical
        self._weight = np.float32(weight)

    def best(self, query: int, count: int, hidden: Rows) -> Rows:
        """The `count` best rows for one query of the batch, none of them hidden.

        The best of either are looked at until nothing further down can reach what was found, which is the
        threshold algorithm of Fagin, Lotem and Naor, "Optimal aggregation algorithms for middleware", 2003.
        """
        depth = max(DEPTH, 2 * count)
        while True:
            near = self._dense.best(query, depth, hidden)
            worded = self._lexical.best(query, depth, hidden)
            rows = np.union1d(near, worded)
            scores = self.at(query, rows)
            best: Rows = rows[best_rows(scores, count)]
            if len(near) < depth or len(worded) < depth:  # that was all of them
                return best
            bound = self._mixed(self._dense.at(query, near[-1:]), self._lexical.at(query, worded[-1:]))
            if len(best) == count and self.at(query, best[-1:])[0] > bound[0]:
                return best
            depth *= 4

    def at(self, query: int, rows: Rows) -> Scores:
        """Scores of given rows for one query of the batch."""
        return self._mixed(self._dense.at(query, rows), self._lexical.at(query, rows))

    def _mixed(self, dense: Scores, lexical: Scores) -> Scores:
        mixed: Scores = (1 - self._weight) * dense + self._weight * lexical
        return mixed
