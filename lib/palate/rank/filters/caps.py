"""Category caps: keep one category from filling the list."""

from __future__ import annotations

import numpy as np

from palate.rank.filters.base import FilterContext, Filtered, RankedItems, at, unchanged
from palate.rank.filters.facts import ItemFacts
from palate.rank.filters.quota import NAME, Quota, fill

__all__ = ["NAME", "cap_categories"]


def cap_categories(ranked: RankedItems, context: FilterContext, facts: ItemFacts) -> Filtered:
    """Remove what would be one too many of a category among the places that are filled from the top.

    What lies below them is left as it is, for exploration to draw from.
    """
    limit = context.rules.per_category
    if limit is None:
        return unchanged(ranked)
    count = len(ranked.items)
    filled = fill(ranked.items, range(count), context.head, Quota(limit, facts))
    return Filtered(at(ranked, np.delete(np.arange(count), filled.refused)), filled.removed)
