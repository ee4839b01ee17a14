"""Time parsing: numbers since 1970 in any unit, dates in ISO 8601 or a format of one's own, to seconds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from palate.config.data import TimeUnit
from palate.data.raw.casts import Numbers, Text, floats, mask_of, numbers, plain, text
from palate.data.raw.reasons import combined

UNITS_A_SECOND: dict[TimeUnit, float] = {"s": 1.0, "ms": 1e3, "us": 1e6, "ns": 1e9}
"""How many of a unit make a second; an ISO 8601 date is in none."""
UNIT_NAMES: dict[TimeUnit, str] = {
    "s": "seconds",
    "ms": "milliseconds",
    "us": "microseconds",
    "ns": "nanoseconds",
}
EARLIEST_LOG = 631_152_000
"""1990, in seconds: no log of events is older."""


def seconds(column: pa.ChunkedArray, unit: TimeUnit, formats: Sequence[str] = ()) -> Numbers:
    """Cast to whole seconds since 1970 UTC; an Arrow timestamp or date carries its own unit.

    With `formats` times are text in one of these `strptime` formats; without a zone they are UTC.
    """
    array = plain(combined(column))
    if pa.types.is_timestamp(array.type) or pa.types.is_date(array.type):
        times = pc.cast(pc.cast(array, pa.timestamp("s"), safe=False), pa.int64())
        missing = mask_of(pc.is_null(array))
        return Numbers(floats(pc.cast(times, pa.float64(), safe=False)), missing, np.zeros(len(array), bool))
    if formats:
        return _dates(text(column), formats)
    if unit == "iso":
        return _iso_dates(text(column))
    given = numbers(column)
    scaled = np.floor(given.values / UNITS_A_SECOND[unit])
    # Text may say NaN, which is a number and no time.
    nothing = np.isnan(scaled) & ~given.missing & ~given.unreadable
    return Numbers(scaled, given.missing, given.unreadable | nothing)


def _dates(column: Text, formats: Sequence[str]) -> Numbers:
    texts = pd.Series(column.values.to_pylist(), dtype=object)
    values = np.full(len(texts), np.nan)
    # Of several formats the first that fits counts.
    for form in formats:
        left = np.isnan(values)
        values[left] = _timestamps(texts[left], form)
    return _numbers(column, values)


def _timestamps(texts: pd.Series, form: str) -> NDArray[np.float64]:
    dates = pd.to_datetime(texts, format=form, errors="coerce", utc=True)
    stamps: NDArray[np.float64] = dates.to_numpy("datetime64[s]").astype(np.float64)
    return np.where(dates.isna(), np.nan, stamps)


def _iso_dates(column: Text) -> Numbers:
    return _numbers(column, np.array([_timestamp(value) for value in column.values.to_pylist()], np.float64))


def _timestamp(value: str | None) -> float:
    try:
        date = datetime.fromisoformat(value or "")
        return (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return float("nan")


def _numbers(column: Text, values: NDArray[np.float64]) -> Numbers:
    missing = column.missing & ~column.undecodable
    return Numbers(np.floor(values), missing, np.isnan(values) & ~missing)
