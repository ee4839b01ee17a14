"""Shelves in one process: what a release has for somebody, in rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from palate.data.histories import History
from palate.rank.filters import item_categories
from palate.recommender.query import Query
from palate.recommender.recommendations import Recommendation, Recommendations
from palate.recommender.recommender import Recommender
from palate.shelves.anchors import RANKED, SIMILAR, latest_items
from palate.shelves.claims import After
from palate.shelves.phrases import shelf_phrases
from palate.shelves.shelf import ShelfPlan, shelves_of


class ItemShelf(NamedTuple):
    """A row of a home page."""

    title: str
    """True of every item."""
    items: Recommendations
    """The best first; the scores are those of the person's list."""


def item_shelves(
    recommender: Recommender, query: Query, *, most: int, size: int, language: str
) -> list[ItemShelf]:
    """At most `most` shelves of at most `size` items for a query; `PalateError` for an unknown language."""
    ranking = recommender.answer([query._replace(k=RANKED)]).rankings[0]
    scores = dict(zip(ranking.items.tolist(), ranking.scores.tolist(), strict=True))
    anchors = [_after(recommender, item) for item in latest_items(query.history)]
    plan = ShelfPlan(ranking.items, _interests(recommender, query.history), anchors)
    names, titles = recommender.catalogue.items, recommender.catalogue.titles
    shelves = shelves_of(plan, recommender.reader.facts, shelf_phrases(language), most=most, size=size)
    return [
        ItemShelf(
            shelf.title,
            Recommendations(Recommendation(names[item], titles[item], scores[item]) for item in shelf.items),
        )
        for shelf in shelves
    ]


def _after(recommender: Recommender, item: int) -> After:
    similar = recommender.nearest_to_item(item, SIMILAR).items[0]
    return After(item, recommender.catalogue.titles[item], tuple(_filled(similar)))


def _filled(items: NDArray[np.int32]) -> Iterator[int]:
    """The places for which there was an item."""
    return (item for item in items.tolist() if item >= 0)


def _interests(recommender: Recommender, history: History) -> list[str]:
    columns = recommender.artefacts.rerank.columns
    taken = recommender.artefacts.catalogue.take(history.items)
    counts = Counter(name for names in item_categories(taken, columns) for name in sorted(names))
    return [name for name, _ in counts.most_common()]
