"""Findings: what the split leaves nothing of, or little, and the setting that mends it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import NamedTuple

from palate.config import Config
from palate.config.data import REPEAT_NEVER
from palate.data.inspection.parts import TEST, TRAIN, VALIDATION, PartSize, PartSizes
from palate.errors import PalateError

FEW_USERS = 100
"""Fewer users than these measure little: a hit of one more moves a share by a hundredth and more."""


class Finding(NamedTuple):
    """One line for a person."""

    text: str
    refuses: bool = False
    """Whether a run would end on it."""


def findings(parts: PartSizes, items: int, config: Config, has_clock: bool = True) -> list[Finding]:
    """What stands against training on a split of `items` items, refusals first."""
    if items < 2:
        return [Finding("The catalogue has one item, so that there is nothing to choose from.", refuses=True)]
    sought = list(dict.fromkeys((VALIDATION, config.evaluation.part)))
    found = [_empty(name, parts, config) for name in (TRAIN, *sought)]
    found += [_nothing_new(name, parts[name], config) for name in sought]
    found += [_few_users(name, parts[name]) for name in sought]
    found += [_times(parts, has_clock)]
    return sorted((finding for finding in found if finding), key=lambda finding: not finding.refuses)


def require_no_refusal(found: Iterable[Finding]) -> None:
    """Raise `PalateError` with the first thing that a run would end on."""
    for finding in found:
        if finding.refuses:
            raise PalateError(finding.text)


def _empty(name: str, parts: PartSizes, config: Config) -> Finding | None:
    if parts[name].events:
        return None
    data = config.data
    if data.split == "global-time":
        return Finding(_cut_away(name, parts), refuses=True)
    if name == TRAIN:
        return Finding("There is no event to train on.", refuses=True)
    return Finding(
        f"There is no {name} event: no user has the three events that data.split=leave-one-out needs "
        f"(data.min_user_events is {data.min_user_events}). Give users more events, or set "
        "data.split=global-time, which holds out the latest events of all.",
        refuses=True,
    )


def _cut_away(name: str, parts: PartSizes) -> str:
    """Why a split by time leaves nothing of a part: many events have one time, at which both cuts fall."""
    events = sum(size.events for size in parts.values())
    times = [size.first for size in (parts[TEST], parts[VALIDATION]) if size.first is not None]
    what = f"There is no {name} event under data.split=global-time: "
    if not times:
        return f"{what}{events:,} events are too few to be cut."
    after = sum(size.events for size in parts.values() if (size.first or 0) >= times[0])
    return (
        f"{what}the cut falls on {_moment(times[0])}, and {after:,} of {events:,} events have that time or a "
        "later one. Set data.validation_share and data.test_share so that the cuts fall apart, or "
        "data.split=leave-one-out."
    )


def _nothing_new(name: str, part: PartSize, config: Config) -> Finding | None:
    if not part.events or part.unseen:
        return None
    if config.data.repeat != REPEAT_NEVER:
        return None
    refuses = config.evaluation.repeats == "drop"
    end = "nobody has anything to find" if refuses else "every figure will be 0"
    return Finding(
        f"Nothing in the {name} part is new to its user ({part.events:,} events, all repeats), and no list "
        f"names an item again: {end} (evaluation.repeats={config.evaluation.repeats}). Where people take "
        "things again, as groceries and music, set data.repeat=allowed.",
        refuses,
    )


def _few_users(name: str, part: PartSize) -> Finding | None:
    if not part.users or part.users >= FEW_USERS:
        return None
    return Finding(f"Only {part.users} users have a {name} event: figures of so few say little.")


def _times(parts: PartSizes, has_clock: bool) -> Finding | None:
    firsts = [size.first for size in parts.values() if size.first is not None]
    lasts = [size.last for size in parts.values() if size.last is not None]
    if not has_clock:
        return Finding(
            "There are no times, only an order: data.split=global-time cannot be used, and recent popularity "
            "and gaps of time mean nothing."
        )
    if firsts and min(firsts) == max(lasts):
        return Finding(
            f"All events have one time ({_moment(firsts[0])}): which of a user's events is the last is "
            "drawn by a hash, and nothing can be learned from their order."
        )
    return None


def _moment(seconds: int) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M:%S} UTC"
