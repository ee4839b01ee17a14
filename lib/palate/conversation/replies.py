"""Replies: what is answered to a turn, in the language that it was read in."""

from __future__ import annotations

from collections.abc import Sequence

from palate.conversation.phrases import TurnPhrases
from palate.conversation.state import SessionStep
from palate.conversation.why_not import LOOKED_AT, WhyNot
from palate.steering import Constraint, Steering

REMOVED = ("duplicates", "seen", "excluded", "available", "struck")
"""Filters that there is a sentence for."""


def told(constraint: Constraint) -> str:
    """A constraint with its words and the numbers that they were taken for: `shorter (minutes < 98)`."""
    sign = "\u2212 " if constraint.negative and constraint.kind != "shown" else ""
    bounds = constraint.range
    if bounds is None:
        return f"{sign}{constraint.text}"
    limits = {"≥": bounds.min, "≤": bounds.max, "<": bounds.below, ">": bounds.above}
    said = ", ".join(f"{mark} {limit:.10g}" for mark, limit in limits.items() if limit is not None)
    return f"{sign}{constraint.text} ({bounds.column} {said})"


def answer(step: SessionStep, found: Sequence[WhyNot], titles: Sequence[str], phrases: TurnPhrases) -> str:
    """What is answered to a turn; `found` is why the items of a "why not" are missing."""
    match step.turn.kind:
        case "why_not":
            said = [_missing(one, titles[one.item], phrases) for one in found]
            return " ".join(said) or phrases.reply("unknown", title=step.turn.named)
        case "undo":
            return phrases.reply("undone", what=step.undone) if step.undone else phrases.reply("nothing")
        case "restart":
            return phrases.reply("restarted")
        case _:
            what = _what(step.turn.steering)
            return phrases.reply("refined", what=what) if what else phrases.reply("opened")


def _missing(found: WhyNot, title: str, phrases: TurnPhrases) -> str:
    """Why an item is not in the list."""
    match found.cause:
        case "broken" | "named":
            return phrases.reply(found.cause, title=title, what=_chips(found.constraints))
        case "removed":
            kind = found.rule if found.rule in REMOVED else "removed"
            return phrases.reply(kind, title=title, rule=found.rule)  # type: ignore[arg-type]
        case _:
            return phrases.reply(found.cause, title=title, place=found.place, count=LOOKED_AT)


def _what(steering: Steering) -> str:
    rest = [f"“{steering.rest}”"] if steering.rest else []
    return ", ".join([*map(told, steering.constraints), *rest])


def _chips(constraints: Sequence[Constraint]) -> str:
    return ", ".join(map(told, constraints))
