"""Exclusion filter: takes out what the request does not want."""

from __future__ import annotations

import numpy as np

from palate.rank.filters.base import FilterContext, Filtered, RankedItems, drop, unchanged
from palate.rank.filters.facts import ItemFacts

NAME = "excluded"


def remove_excluded(ranked: RankedItems, context: FilterContext, facts: ItemFacts) -> Filtered:
    """Remove the items that the request excludes."""
    if not len(context.exclude):
        return unchanged(ranked)
    return drop(ranked, np.isin(ranked.items, context.exclude), NAME, "the request excludes it")
