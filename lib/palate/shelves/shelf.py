"""Shelves: named rows of a home page, each with a title that is true of every item in it.

    ranked items of a person, their categories, anchors -> claims -> items of which all claims are true

No item is on two shelves, and a shelf is left out where too few items are left for it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from palate.rank.filters import ItemFacts
from palate.shelves.claims import DECADE, After, Claim, OfCategory, OfDecade, all_hold, limit_of
from palate.shelves.phrases import ShelfPhrases, TitleKind

LEAST = 3
"""Items of the shortest shelf."""
DECADES = 2
"""Decades of a category that a shelf is tried for."""


class Shelf(NamedTuple):
    """A row."""

    title: str
    claims: tuple[Claim, ...]
    """What the title says."""
    items: tuple[int, ...]
    """Catalogue indices, the best first."""


class ShelfPlan(NamedTuple):
    """What shelves are made of."""

    ranked: NDArray[np.int32]
    """Items for the person, the best first; catalogue indices, int32 [n]."""
    interests: Sequence[str]
    """Categories that the person takes, the most frequent first, as the catalogue writes them."""
    anchors: Sequence[After]
    """Items that the person took, the latest first, with what is like them."""


def shelves_of(
    plan: ShelfPlan, facts: ItemFacts, phrases: ShelfPhrases, *, most: int, size: int
) -> list[Shelf]:
    """At most `most` shelves of at most `size` items."""
    shelves: list[Shelf] = []
    free = plan.ranked
    for kind, claims in _ideas(plan, facts):
        if len(shelves) == most:
            break
        items = free[all_hold(claims, free, facts)][:size]
        title = phrases.title(kind, {name: word for claim in claims for name, word in claim.words.items()})
        if len(items) < min(LEAST, size) or title in {shelf.title for shelf in shelves}:
            continue
        shelves.append(Shelf(title, claims, tuple(items.tolist())))
        free = free[~np.isin(free, items)]
    return shelves


def _ideas(plan: ShelfPlan, facts: ItemFacts) -> Iterator[tuple[TitleKind, tuple[Claim, ...]]]:
    """What a shelf may be about, the most telling first."""
    for after, name in zip(plan.anchors, plan.interests, strict=False):
        yield "category_after", (OfCategory(name), after)
    for name in plan.interests:
        own = plan.ranked[OfCategory(name).holds(plan.ranked, facts)]
        for decade in _decades(own, facts):
            yield "category_era", (OfCategory(name), decade)
        for column in facts.other_numbers:
            if limit := limit_of(column, own, facts):
                yield "category_limit", (OfCategory(name), limit)
    for after in plan.anchors:
        yield "after", (after,)
    for name in plan.interests:
        yield "category", (OfCategory(name),)


def _decades(items: NDArray[np.int32], facts: ItemFacts) -> list[OfDecade]:
    """The most frequent decades of items; none where dates are no years."""
    dates = np.asarray(facts.dates)[items]
    years = dates[np.isfinite(dates) & (dates >= 1000) & (dates < 3000)]
    counts = Counter((years // DECADE).astype(int).tolist())
    return [OfDecade(decade * DECADE) for decade, _ in counts.most_common(DECADES)]
