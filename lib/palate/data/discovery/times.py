"""Time detection: which column tells when, and how it writes it."""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from palate.config.data import TimeUnit
from palate.data.discovery.column import Column
from palate.data.discovery.guess import Guess, Guesses
from palate.data.raw.times import EARLIEST_LOG, UNIT_NAMES, seconds
from palate.schema import DAY, TIME

WORDS = ("time", "timestamp", "date", "datetime", "ts", "at", "when", "day", "created", "unixtime")
_DAYS = (
    "%Y/%m/%d",
    "%d.%m.%Y",
    "%m/%d/%Y",
    "%d/%m/%Y",
    "%m %d, %Y",
    "%b %d, %Y",
    "%B %d, %Y",
    "%d %b %Y",
    "%d-%b-%Y",
)
_CLOCKS = ("", " %H:%M:%S", " %H:%M", " %I:%M:%S %p", " %I:%M %p")
_FORMATS = ("%a %b %d %H:%M:%S %z %Y", *(day + clock for day in _DAYS for clock in _CLOCKS))
"""Of two that fit, the first is taken; the reason says so where day and month may be swapped."""
_MOST = 0.9
"""Share of the values that a reading has to make times of."""
_SAMPLE = 1000


def guess_time(columns: Sequence[Column]) -> Guesses:
    """The column of times, and `time_unit` or `time_format` where they need one; empty if there is none."""
    # Those that are called so come first.
    for column in sorted(columns, key=lambda column: not column.is_called(WORDS)):
        found = _reading(column)
        if found:
            return found
    return {}


def _reading(column: Column) -> Guesses:
    sample = column.values.drop_null().slice(0, _SAMPLE)
    if not len(sample):
        return {}
    if pa.types.is_temporal(sample.type):
        return {TIME: Guess(column.name, "its type says so")}
    first = column.texts.drop_null()[0].as_py()
    for unit, name in UNIT_NAMES.items():
        if column.is_numeric and _fits(sample, unit):
            unit_guess = {} if unit == "s" else {"time_unit": Guess(unit, f"{first} is in {name}")}
            return {TIME: Guess(column.name, f"{first} is a time in {name} since 1970"), **unit_guess}
    # Eight digits are an ISO date too, where they are no mere number.
    if column.is_numeric and not column.is_called(WORDS):
        return {}
    if _fits(sample, "iso"):
        reason = f"{first!r} is an ISO 8601 date"
        return {TIME: Guess(column.name, reason), "time_unit": Guess("iso", reason)}
    return _formatted(column, sample, first)


def _formatted(column: Column, sample: pa.ChunkedArray, first: str) -> Guesses:
    fitting = [form for form in _FORMATS if _fits(sample, "s", (form,))]
    if not fitting:
        return {}
    reason = f"{first!r} is written so"
    if len(fitting) > 1:
        reason += f", or by {fitting[1]!r}: check which"
    return {TIME: Guess(column.name, f"{first!r} is a date"), "time_format": Guess(fitting[0], reason)}


def _fits(sample: pa.ChunkedArray, unit: TimeUnit, formats: tuple[str, ...] = ()) -> bool:
    read = seconds(sample, unit, formats).values
    return float(np.mean((read >= EARLIEST_LOG) & (read <= time.time() + DAY))) >= _MOST
