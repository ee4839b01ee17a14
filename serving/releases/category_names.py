"""Category names of a release, and what to tell somebody whose filters name one that no item has."""

from __future__ import annotations

from collections.abc import Iterable, Set
from copy import copy

from palate.live.layered import JoinedSet
from palate.rank.conditions import folded
from palate.rank.expressions import parse_expression
from palate.rank.rules import Filters
from palate.recommender.lookup.near_names import NearNames

LIKE = 0.7
"""Least similarity, 0 to 1, at which a category is taken for a misspelt one; they are short words."""


class KnownCategories:
    """The categories of a release, by the spelling of its catalogue."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = sorted({folded(name): name for name in names}.items())
        self._folded: Set[str] = {key for key, _ in self._names}
        self._near = NearNames([key for key, _ in self._names])

    def with_names(self, names: Iterable[str]) -> KnownCategories:
        """These and those of live items, which nobody is pointed to by a misspelt name."""
        known = copy(self)
        known._folded = JoinedSet(self._folded, set(map(folded, names)))
        return known

    def __contains__(self, name: str) -> bool:
        return name in self._folded

    def nearest(self, name: str) -> str | None:
        """The category that is spelt most like this one, if any is like it."""
        return next((self._names[row][1] for row in self._near.nearest(name, 1, LIKE)), None)


def unknown_categories(filters: Filters, known: KnownCategories) -> list[str]:
    """A line for each category that a filter names and no item has, with a near one."""
    unknown = dict.fromkeys(
        (rule, name)
        for rule, expression in filters.expressions()
        for name in sorted(parse_expression(expression).names())
        if name not in known
    )
    return [_line(rule, name, known.nearest(name)) for rule, name in unknown]


def _line(rule: str, name: str, near: str | None) -> str:
    hint = f"; did you mean {near!r}?" if near else ""
    return f"filters.{rule}: no item has the category {name!r}{hint}"
