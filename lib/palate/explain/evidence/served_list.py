"""Served list: the whole ranking of a release, from the sources to the rules, without some of its inputs.

`palate.explain` does not export it: it brings torch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from palate.explain.evidence.influence import Items, LeftOut, Scores
from palate.rank.filters import RankedItems
from palate.recommender.query import Query
from palate.recommender.recommender import Recommender
from palate.retrieve.candidates import Candidates
from palate.stated.list_inputs import ListInputs
from palate.stated.parts import Stated

FIRST = 10
"""Places that a list has in the eyes of an explanation: further down an item counts as left out."""
GROUP = 64
"""Lists that are made together: their scores of the whole catalogue are in memory at once."""
Vector = NDArray[np.float32]

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
    """One person's list as it is, and as it would be without parts of what it is made of.

    What was seen stays out whatever is left out of the history, so that no item falls because another comes
    back. The items in question are always ranked, whether or not they were seen or a source nominates them.
    """

    def __init__(self, recommender: Recommender, inputs: ListInputs, items: Items) -> None:
        """Take what the list is made of, and the items in question, int32 [items]."""
        self._recommender, self._items, self.inputs = recommender, items, inputs
        query = inputs.query
        had = query.history.items if query.not_again is None else query.not_again
        self._not_again = np.setdiff1d(had, items).astype(np.int32)
        self._disliked = np.setdiff1d(query.disliked, items).astype(np.int32)

    def __call__(self, left_out: Sequence[LeftOut], items: Items) -> Scores:
        """Margins of some of the items, float32 [lists, items]; see `palate.explain.Score`."""
        return self.standings(left_out, items).margins

    def standings(self, left_out: Sequence[LeftOut], items: Items) -> Standings:
        """How some of the items stand in the list without each of these."""
        return _standings(self.lists(left_out), items)

    def lists(self, left_out: Sequence[LeftOut]) -> list[RankedItems]:
        """Everything that is ranked without each of these."""
        return self._ranked([self.inputs.without(parts) for parts in left_out])

    def rephrased(self, stated: Stated, vectors: Sequence[Vector | None], items: Items) -> Standings:
        """How some of the items stand had a text that was said each of these vectors, None for unsaid."""
        changed = [self.inputs.rephrased(stated, vector) for vector in vectors]
        return _standings(self._ranked([inputs.without() for inputs in changed]), items)

    def _ranked(self, queries: Sequence[Query]) -> list[RankedItems]:
        lists: list[RankedItems] = []
        for first in range(0, len(queries), GROUP):
            group = [self._open(query) for query in queries[first : first + GROUP]]
            pairs = zip(group, self._candidates(group), strict=True)
            lists += [self._recommender.reranker.order(*pair) for pair in pairs]
        return lists

    def _open(self, query: Query) -> Query:
        """The query of a list that may hold the items in question, and nothing else that was seen."""
        return query._replace(
            k=FIRST,
            not_again=self._not_again,
            disliked=self._disliked,
            exclude=np.setdiff1d(query.exclude, self._items).astype(np.int32),
            include=self._items,
            explain=False,
            debug=False,
        )

    def by_source(self) -> tuple[dict[str, list[float]], dict[str, RankedItems]]:
        """What each source scores the items, and the list had that source nothing to say, by its name."""
        query = self._open(self.inputs.without())
        (candidates,) = self._candidates([query])
        rows = np.searchsorted(candidates.items, self._items)
        scores = dict(zip(candidates.sources, candidates.scores[rows].T.tolist(), strict=True))
        order = self._recommender.reranker.order
        lists = {
            source: order(query, _silenced(candidates, column))
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
