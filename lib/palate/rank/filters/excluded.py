"""Takes out what the request does not want."""

from __future__ import annotations

import numpy as np

from palate.rank.filters.base import FilterContext, Filtered, RankedItems, drop, unchanged
from palate.rank.filters.facts import ItemFacts

NAME = "excluded"


def remove_excluded(ranked: RankedItems, wanted: FilterContext, facts: ItemFacts) -> Filtered:
    """Remove the items that the request excludes."""
    if not len(wanted.exclude):
        return unchanged(ranked)
    return drop(ranked, np.isin(ranked.items, wanted.exclude), NAME, "the request excludes it")
