"""Joining: several things that were asked for, one after the other, as one."""

from __future__ import annotations

from collections.abc import Iterable

from palate.steering.constraints import Constraint, Steering


def joined(asked: Iterable[Steering]) -> Steering:
    """All that was asked for; what is said later takes the place of what it contradicts."""
    constraints: list[Constraint] = []
    rests: list[str] = []
    language = ""
    for steering in asked:
        for constraint in steering.constraints:
            constraints = [one for one in constraints if not _replaces(constraint, one)]
            constraints.append(constraint)
        rests += [steering.rest] if steering.rest and steering.rest not in rests else []
        language = steering.language or language
    return Steering(tuple(constraints), ", ".join(rests), language)


def _replaces(later: Constraint, earlier: Constraint) -> bool:
    """Whether a constraint says anew, or otherwise, what an earlier one says."""
    if (later.kind, later.column) != (earlier.kind, earlier.column):
        return False
    match later.kind:
        case "number":
            return not _sides(later).isdisjoint(_sides(earlier))
        case "category" | "value":
            return not set(later.names).isdisjoint(earlier.names)
        case "item":
            return not set(later.items).isdisjoint(earlier.items)
        case _:
            return later.kind == "text" and later.text.casefold() == earlier.text.casefold()


def _sides(constraint: Constraint) -> frozenset[str]:
    """Which ends of a column's numbers a constraint cuts off."""
    bounds = constraint.range
    if bounds is None:
        return frozenset()
    low = {"low"} if bounds.min is not None or bounds.above is not None else set()
    high = {"high"} if bounds.max is not None or bounds.below is not None else set()
    if constraint.negative and not (low and high):
        low, high = ({"low"} if high else set()), ({"high"} if low else set())
    return frozenset(low | high)
