"""Rate and time left (ETA) of work, in numbers and in words that fit one line of a terminal."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import NamedTuple

_MINUTE, _HOUR = 60, 3600


class Progress(NamedTuple):
    """How far work is."""

    done: int | None = None
    """None until the work itself has begun."""
    total: int | None = None
    note: str = ""
    """What else is worth knowing, such as a loss."""


class Pace:
    """How fast work goes on average, from the first look at it on; what was done before does not count."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._created = clock()
        self._first: tuple[int, float] | None = None
        self._latest = (0, self._created)

    def look(self, done: int | None) -> None:
        """Take notice of how much is done by now."""
        if done is not None:
            self._latest = (done, self._clock())
            self._first = self._first or self._latest

    @property
    def elapsed(self) -> float:
        """Seconds since the pace was made."""
        return self._clock() - self._created

    @property
    def rate(self) -> float:
        """Units of work a second; 0 while nothing can be said."""
        if self._first is None:
            return 0.0
        done, seconds = (latest - first for latest, first in zip(self._latest, self._first, strict=True))
        return done / seconds if seconds > 0 else 0.0

    def seconds_left(self, total: int) -> float | None:
        """Seconds until `total` is done; None while nothing can be said."""
        rate = self.rate
        # Since the latest look time has gone by, and the work with it.
        since = self._clock() - self._latest[1]
        return max(0.0, (total - self._latest[0]) / rate - since) if rate > 0 else None


def figures(progress: Progress, pace: Pace, unit: str, may_end_early: bool = False) -> str:
    """As `1,234/48k, 512 events/s, 2 min left`, or `≤ 2 min left` for work that may end early."""
    if progress.done is None or progress.total is None:
        return f"starting, {duration(pace.elapsed)}"
    done, rate = min(progress.done, progress.total), pace.rate
    if rate == 0:
        return f"{short(done)}/{short(progress.total)} {unit}"
    parts = [f"{short(done)}/{short(progress.total)}", f"{short(rate)} {unit}/s"]
    left = pace.seconds_left(progress.total)
    if left is not None and done < progress.total:
        parts.append(f"{'≤ ' if may_end_early else ''}{duration(left)} left")
    return ", ".join(parts)


def short(number: float) -> str:
    """A number in at most six characters: `0.04`, `3.5`, `1,234`, `48k`, `1.2M`."""
    if number >= 999_500:
        return f"{number / 1e6:.1f}M"
    if number >= 9_999.5:
        return f"{number / 1e3:.0f}k"
    if number >= 10 or number == int(number):
        return f"{number:,.0f}"
    return f"{number:.1f}" if number >= 1 else f"{number:.1g}"


def duration(seconds: float) -> str:
    """Seconds in words, no finer than matters: `42 s`, `3 min`, `1 h 5 min`."""
    whole = max(1, round(seconds))
    if whole < 2 * _MINUTE:
        return f"{whole} s"
    if whole < _HOUR:
        return f"{round(whole / _MINUTE)} min"
    if whole < 10 * _HOUR:
        return f"{whole // _HOUR} h {whole % _HOUR // _MINUTE} min"
    return f"{round(whole / _HOUR)} h"
