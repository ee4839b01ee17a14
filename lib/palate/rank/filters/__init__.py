"""From a ranking to the list that is shown: filters in a fixed order.

The order is such that every rule holds in the list as it is shown:

1. What must not be listed goes: seen, excluded, unavailable, by category, struck from the
   profile, too old, out of bounds, by name.
2. Scores change: freshness, boosts; the ranking is sorted again.
3. Of items with the same title the best ranked stays, which is known only now. No later filter adds an
   item, so a title stays single.
4. Diversity chooses and orders the places that are filled from the top, within the caps.
5. The caps take out what is too much among those places. After diversity only that is left which it could
   not fill from its pool, so the caps complete the list from below.
6. Exploration draws the last places, counting what of each category the places above them hold.
7. The list is cut to its length.

With diversity the list is in the order of marginal relevance; without it the scores of the list fall.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from palate.errors import PalateError
from palate.rank.filters.attributes import remove_by_value, remove_out_of_range
from palate.rank.filters.available import remove_unavailable
from palate.rank.filters.base import Filter, FilterContext, Filtered, RankedItems, Removed
from palate.rank.filters.boosts import boost_categories
from palate.rank.filters.caps import cap_categories
from palate.rank.filters.categories import remove_categories
from palate.rank.filters.cut import cut
from palate.rank.filters.dismissed import remove_dismissed
from palate.rank.filters.diversity import diversify
from palate.rank.filters.duplicates import remove_duplicates
from palate.rank.filters.excluded import remove_excluded
from palate.rank.filters.exploration import explore
from palate.rank.filters.facts import DATE, ItemFacts, item_categories
from palate.rank.filters.freshness import boost_fresh, remove_old
from palate.rank.filters.seen import remove_seen
from palate.rank.rules import CATEGORY_RULES, DATE_RULES, Rules

__all__ = [
    "FILTERS",
    "FilterContext",
    "Filtered",
    "ItemFacts",
    "RankedItems",
    "Removed",
    "item_categories",
    "post_process",
]

FILTERS: Final[tuple[Filter, ...]] = (
    remove_seen,
    remove_excluded,
    remove_unavailable,
    remove_categories,
    remove_dismissed,
    remove_old,
    remove_out_of_range,
    remove_by_value,
    boost_fresh,
    boost_categories,
    remove_duplicates,
    diversify,
    cap_categories,
    explore,
    cut,
)


def post_process(ranked: RankedItems, context: FilterContext, facts: ItemFacts) -> Filtered:
    """The list that is shown, of at most k items, and what was removed on the way.

    What only found no place is not among the removed. `PalateError` if a rule asks for something that
    the release does not know of any item.
    """
    _check(context.rules, facts)
    removed: list[Removed] = []
    for apply in FILTERS:
        ranked, gone = apply(ranked, context, facts)
        removed += gone
    return Filtered(ranked, removed)


def _check(rules: Rules, facts: ItemFacts) -> None:
    if rules.is_set(*CATEGORY_RULES) and not any(facts.category_sets):
        raise _unknown("category", CATEGORY_RULES)
    bounds_dates = any(bounds.column == DATE for bounds in rules.ranges)
    if (rules.is_set(*DATE_RULES) or bounds_dates) and math.isnan(facts.newest):
        raise _unknown("date", (*DATE_RULES, "ranges of dates"))


def _unknown(column: str, rules: Sequence[str]) -> PalateError:
    names = f"{', '.join(rules[:-1])} and {rules[-1]}"
    return PalateError(
        f"No item of this release has a {column}, so {names} cannot be used; leave them out, "
        f"or name the catalogue's column in rerank.columns.{column} and publish again"
    )
