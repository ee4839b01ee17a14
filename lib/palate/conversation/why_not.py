"""Why not: what keeps an item out of the list, from its constraints, its rules and the ranking below it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

import numpy as np

from palate.rank.filters import ItemFacts, Removed
from palate.rank.rules import Rules
from palate.recommender.narrowing import unwanted_items
from palate.recommender.query import Ranking
from palate.steering import Constraint, Steering, steered_rules

LOOKED_AT = 200
"""Places of the longer list in which a missing item is looked for."""
MOST_EXPLAINED = 3
"""Items of one name that "why not" is answered for."""
KEPT_BY_EVERY_ITEM = ("category", "number", "value")

Cause = Literal["listed", "broken", "named", "removed", "place", "beyond"]


class WhyNot(NamedTuple):
    """Why an item is not in the list, or where it is."""

    item: int
    cause: Cause
    """`listed`: it is there; `broken`: constraints keep it out; `named`: it was named or shown; `removed`: a
    rule keeps it out; `place`: others rank higher; `beyond`: it is not among the `LOOKED_AT` first."""
    constraints: tuple[Constraint, ...] = ()
    """Of `broken` and `named`: those that do."""
    place: int = 0
    """Of `listed` in the list, of `place` in one of `LOOKED_AT`; counted from 1."""
    rule: str = ""
    """Of `removed`: the filter's name."""


def why_not(
    item: int, steering: Steering, facts: ItemFacts, *, listed: Sequence[int], longer: Ranking
) -> WhyNot:
    """What keeps a catalogue index out of `listed`.

    `longer` is the same list, asked for with `LOOKED_AT` places and with what was removed.
    """
    if item in listed:
        return WhyNot(item, "listed", place=listed.index(item) + 1)
    if broken := tuple(one for one in steering.constraints if _breaks(item, one, facts)):
        return WhyNot(item, "broken", broken)
    if named := tuple(one for one in steering.constraints if item in one.items):
        return WhyNot(item, "named", named)
    if removed := _removal(item, longer.removed):
        return WhyNot(item, "removed", rule=removed.filter)
    places = np.flatnonzero(longer.items == item)
    return WhyNot(item, "place", place=int(places[0]) + 1) if len(places) else WhyNot(item, "beyond")


def missing_items(
    items: Sequence[int], steering: Steering, facts: ItemFacts, *, listed: Sequence[int], longer: Ranking
) -> tuple[WhyNot, ...]:
    """`why_not` of each of the first `MOST_EXPLAINED` items that are asked about."""
    asked = items[:MOST_EXPLAINED]
    return tuple(why_not(item, steering, facts, listed=listed, longer=longer) for item in asked)


def _breaks(item: int, constraint: Constraint, facts: ItemFacts) -> bool:
    if constraint.kind not in KEPT_BY_EVERY_ITEM or item >= len(facts.titles):
        return False
    rules = steered_rules(Rules(), Steering((constraint,)))
    return bool(unwanted_items(rules, facts)[item]) and not facts.unavailable[item]


def _removal(item: int, removed: Sequence[Removed]) -> Removed | None:
    return next((one for one in removed if one.item == item), None)
