"""Cut: the list at its length."""

from __future__ import annotations

import numpy as np

from palate.rank.filters.base import FilterContext, Filtered, RankedItems, at
from palate.rank.filters.facts import ItemFacts

NAME = "cut"


def cut(ranked: RankedItems, context: FilterContext, facts: ItemFacts) -> Filtered:
    """Keep the first k; the others were not removed, there was no place for them."""
    return Filtered(at(ranked, np.arange(min(context.k, len(ranked.items)))), [])
