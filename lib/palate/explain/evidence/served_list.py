"""Served list: the whole ranking of a release, from the sources to the rules, for changed histories.

`palate.explain` does not export it: it brings torch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from palate.data.histories import History
from palate.explain.evidence.influence import Items, Scores
from palate.rank.filters import RankedItems
from palate.recommender.query import Query
from palate.recommender.recommender import Recommender
from palate.retrieve.candidates import Candidates

FIRST = 10
"""Places that a list has in the eyes of an explanation: further down an item counts as left out."""
GROUP = 64
"""Lists that are made together: their scores of the whole catalogue are in memory at once."""
NOWHERE = 0
"""Place of an item that no list may hold, such as one of a line that was struck."""


class Standings(NamedTuple):
    """How items stand in lists, [lists, items] each."""

    margins: Scores
    """Logarithm of the item's score less that of the last of the `FIRST` others; positive in the first ten.
    """
    places: NDArray[np.int32]
    """From 1, among all candidates; or `NOWHERE`."""


class ServedList:
    """One person's list as it is, and as it would be: everything but the history stays.

    What was seen stays out whatever is left out of the history, so that no item falls because another comes
    back. The items in question are always ranked, whether or not they were seen or a source nominates them.
    """

    def __init__(self, recommender: Recommender, query: Query, items: Items) -> None:
        """Take the query of the list as it is, and the items in question, int32 [items]."""
        not_again = query.history.items if query.not_again is None else query.not_again
        self._recommender, self._items = recommender, items
        self._query = query._replace(
            k=FIRST,
            not_again=np.setdiff1d(not_again, items).astype(np.int32),
            disliked=np.setdiff1d(query.disliked, items).astype(np.int32),
            exclude=np.setdiff1d(query.exclude, items).astype(np.int32),
            include=items,
            explain=False,
            debug=False,
        )

    @property
    def history(self) -> History:
        """The history of the list as it is."""
        return self._query.history

    def __call__(self, histories: Sequence[History], items: Items) -> Scores:
        """Margins of some of the items, float32 [histories, items]; see `palate.explain.Score`."""
        return self.standings(histories, items).margins

    def standings(self, histories: Sequence[History], items: Items) -> Standings:
        """How some of the items stand for each history."""
        return _standings(self.lists(histories), items)

    def lists(self, histories: Sequence[History]) -> list[RankedItems]:
        """Everything that is ranked for each history."""
        lists: list[RankedItems] = []
        for first in range(0, len(histories), GROUP):
            queries = [self._query._replace(history=history) for history in histories[first : first + GROUP]]
            pairs = zip(queries, self._candidates(queries), strict=True)
            lists += [self._recommender.reranker.order(*pair) for pair in pairs]
        return lists

    def by_source(self) -> tuple[dict[str, list[float]], dict[str, RankedItems]]:
        """What each source scores the items, and the list had that source nothing to say, by its name."""
        (candidates,) = self._candidates([self._query])
        rows = np.searchsorted(candidates.items, self._items)
        scores = dict(zip(candidates.sources, candidates.scores[rows].T.tolist(), strict=True))
        order = self._recommender.reranker.order
        lists = {
            source: order(self._query, _silenced(candidates, column))
            for column, source in enumerate(candidates.sources)
        }
        return scores, lists

    def _candidates(self, queries: Sequence[Query]) -> list[Candidates]:
        users = self._recommender.encoder.encode_queries(queries)
        return self._recommender.retriever.retrieve(queries, users)


def place_of(list_: RankedItems, item: int) -> int:
    """The item's place in a list, from 1; or `NOWHERE`."""
    rows = np.flatnonzero(list_.items == item)
    return int(rows[0]) + 1 if len(rows) else NOWHERE


def _silenced(candidates: Candidates, column: int) -> Candidates:
    """The candidates had one source scored all alike and nominated none."""
    scores, nominated = candidates.scores.copy(), candidates.nominated.copy()
    scores[:, column], nominated[:, column] = 0, False
    return replace(candidates, scores=scores, nominated=nominated)


def _standings(lists: Sequence[RankedItems], items: Items) -> Standings:
    margins = np.zeros((len(lists), len(items)), np.float32)
    places = np.zeros((len(lists), len(items)), np.int32)
    for row, list_ in enumerate(lists):
        logarithms = np.log(list_.scores)
        for column, item in enumerate(items.tolist()):
            place = place_of(list_, item)
            places[row, column] = place
            if place != NOWHERE and len(logarithms) > 1:
                others = np.delete(logarithms, place - 1)
                margins[row, column] = logarithms[place - 1] - others[min(FIRST, len(others)) - 1]
    return Standings(margins, places)
