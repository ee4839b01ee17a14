"""Attribute filters: take out by numbers, such as prices and dates, and by names, such as brands."""

from __future__ import annotations

import numpy as np

from palate.errors import PalateError
from palate.rank.conditions import folded
from palate.rank.filters.base import FilterContext, Filtered, ItemMask, Items, RankedItems, drop, unchanged
from palate.rank.filters.facts import ItemFacts
from palate.rank.rules import NumberRange, Rules, ValueRule

RANGES, VALUES = "ranges", "values"


def is_out_of_range(items: Items, rules: Rules, facts: ItemFacts) -> ItemMask:
    """Whether each item breaks one of the ranges, bool [n]; `PalateError` for a column that is not there."""
    gone = np.zeros(len(items), bool)
    for bounds in rules.ranges:
        gone |= ~_fits(items, bounds, facts)
    return gone


def remove_out_of_range(ranked: RankedItems, context: FilterContext, facts: ItemFacts) -> Filtered:
    """Remove the items whose number is unknown or not within every range."""
    kept, removed = unchanged(ranked)
    for bounds in context.rules.ranges:
        gone = ~_fits(kept.items, bounds, facts)
        kept, outside = drop(kept, gone, RANGES, f"its {bounds.column} is unknown or {_broken(bounds)}")
        removed = removed + outside
    return Filtered(kept, removed)


def breaks_value_rule(items: Items, rules: Rules, facts: ItemFacts) -> ItemMask:
    """Whether each item breaks one of the rules, bool [n]; `PalateError` for a column that is not there."""
    gone = np.zeros(len(items), bool)
    for rule in rules.values:
        gone |= _breaks(items, rule, facts)
    return gone


def remove_by_value(ranked: RankedItems, context: FilterContext, facts: ItemFacts) -> Filtered:
    """Remove the items that lack every wanted name, or have an unwanted one."""
    kept, removed = unchanged(ranked)
    for rule in context.rules.values:
        names = ", ".join(rule.any_of)
        reason = f"its {rule.column} is {names}" if rule.deny else f"its {rule.column} is not {names}"
        kept, others = drop(kept, _breaks(kept.items, rule, facts), VALUES, reason)
        removed = removed + others
    return Filtered(kept, removed)


def _fits(items: Items, bounds: NumberRange, facts: ItemFacts) -> ItemMask:
    if bounds.column not in facts.numbers:
        raise PalateError(
            f"This release knows no numbers in {bounds.column!r}, but in: {', '.join(facts.numbers)}; name "
            "the catalogue's column in rerank.columns.numbers and publish again"
        )
    # Limits are rounded to float32 as the numbers were, so that a number keeps to itself.
    numbers = facts.numbers[bounds.column][items]
    within = np.isfinite(numbers)
    with np.errstate(over="ignore"):
        within &= numbers >= np.float32(-np.inf if bounds.min is None else bounds.min)
        within &= numbers <= np.float32(np.inf if bounds.max is None else bounds.max)
        within &= numbers < np.float32(np.inf if bounds.below is None else bounds.below)
        within &= numbers > np.float32(-np.inf if bounds.above is None else bounds.above)
    return np.isfinite(numbers) & ~within if bounds.outside else within


def _broken(bounds: NumberRange) -> str:
    limits = {"at least": bounds.min, "at most": bounds.max, "below": bounds.below, "above": bounds.above}
    said = " and ".join(f"{words} {limit:.10g}" for words, limit in limits.items() if limit is not None)
    return f"{said}, which is not wanted" if bounds.outside else f"not {said}"


def _breaks(items: Items, rule: ValueRule, facts: ItemFacts) -> ItemMask:
    if rule.column not in facts.values:
        raise PalateError(
            f"This release knows no names in {rule.column!r}, but in: {', '.join(facts.values) or 'none'}; "
            "name the catalogue's column in rerank.columns.values and publish again"
        )
    wanted = frozenset(map(folded, rule.any_of))
    has_one = facts.values[rule.column].where(items, lambda names: not wanted.isdisjoint(names))
    return has_one if rule.deny else ~has_one
