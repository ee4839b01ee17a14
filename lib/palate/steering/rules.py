"""From constraints to rules: what every item of the list has to keep to."""

from __future__ import annotations

from collections.abc import Sequence

from palate.rank.rules import Rules, ValueRule
from palate.steering.constraints import Constraint, Steering


def steered_rules(rules: Rules, steering: Steering) -> Rules:
    """The rules and what the request says besides."""
    kinds = {kind: [one for one in steering.constraints if one.kind == kind] for kind in ("number", "value")}
    categories = [one for one in steering.constraints if one.kind == "category"]
    wanted = [any_of(one.names) for one in categories if not one.negative]
    unwanted = [_unwanted(one) for one in categories if one.negative]
    return Rules.model_validate(
        dict(rules)
        | {
            "allow": _joined("&", [rules.allow, *wanted]),
            "deny": _joined("|", [rules.deny, *unwanted]),
            "ranges": [*rules.ranges, *map(_range, kinds["number"])],
            "values": [*rules.values, *map(_value, kinds["value"])],
        }
    )


def _range(constraint: Constraint) -> object:
    assert constraint.range is not None
    outside = constraint.range.outside != constraint.negative
    return constraint.range.model_copy(update={"outside": outside})


def _unwanted(constraint: Constraint) -> str:
    """Items that have one of the categories, and none of those that are excepted."""
    names = _all_of(constraint.names) if constraint.together else any_of(constraint.names)
    return f"({names}) & !({any_of(constraint.unless)})" if constraint.unless else names


def _value(constraint: Constraint) -> ValueRule:
    return ValueRule(column=constraint.column, any_of=list(constraint.names), deny=constraint.negative)


def any_of(names: Sequence[str]) -> str:
    """The category expression that items match which have one of the names."""
    return " | ".join(f'"{_escaped(name)}"' for name in names)


def _all_of(names: Sequence[str]) -> str:
    return " & ".join(any_of([name]) for name in names)


def _escaped(name: str) -> str:
    return name.replace("\\", "\\\\").replace('"', '\\"')


def _joined(sign: str, expressions: Sequence[str | None]) -> str | None:
    given = [f"({expression})" for expression in expressions if expression]
    return f" {sign} ".join(given) or None
