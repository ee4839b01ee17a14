"""Inputs whose times are written in other ways than as seconds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from benchmarks.robustness.ids import CSV, ITEMS, JSON, PARQUET
from benchmarks.robustness.world import WORDS, AwkwardInput, Row, changed, date, to_csv, to_lines, to_parquet

CTIME = "%a %b %d %H:%M:%S +0000 %Y"
CATALOGUE = {"items.csv": to_csv(WORDS.items)}


def inputs() -> list[AwkwardInput]:
    """All of them."""
    return [*_units(), *_texts(), *_columns()]


def _timed(kind: str, name: str, time: Callable[[Row], Any], says: str = "", **settings: Any) -> AwkwardInput:
    events = to_csv(changed(WORDS.events, time=time))
    return AwkwardInput(kind, name, {"events.csv": events, **CATALOGUE}, CSV | settings, ITEMS, says=says)


def _units() -> list[AwkwardInput]:
    found = []
    for unit, scale in (("ms", 10**3), ("us", 10**6), ("ns", 10**9)):
        found.append(
            _timed("units", f"{unit} as set", lambda row, by=scale: row["time"] * by, time_unit=unit)
        )
        found.append(
            _timed("units", f"{unit} unset", lambda row, by=scale: row["time"] * by, f"time_unit={unit}")
        )
    return [
        *found,
        _timed("units", "seconds as ms", lambda row: row["time"], "time_unit=s", time_unit="ms"),
        _timed("units", "seconds as iso", lambda row: row["time"], "time_unit=s", time_unit="iso"),
        _timed("units", "seconds with an exponent", lambda row: f"{row['time']:.9e}"),
        _timed("units", "days of a spreadsheet", lambda row: row["time"] / 86_400 + 25_569, "1970"),
        _timed("units", "milliseconds in half of the rows", _mixed, "data.events.time"),
    ]


def _mixed(row: Row) -> int:
    return int(row["time"]) * (1000 if row["user"] < "u06" else 1)


def _texts() -> list[AwkwardInput]:
    iso = {"time_unit": "iso"}
    return [
        _timed("dates", "ctime", lambda row: date(row, CTIME), time_format="%a %b %d %H:%M:%S %z %Y"),
        _timed("dates", "ctime unset", lambda row: date(row, CTIME), "data.events.time_format"),
        _timed(
            "dates", "days first", lambda row: date(row, "%d/%m/%Y %H:%M:%S"), time_format="%d/%m/%Y %H:%M:%S"
        ),
        _timed(
            "dates", "days first unset", lambda row: date(row, "%d/%m/%Y %H:%M:%S"), "data.events.time_format"
        ),
        _timed("dates", "iso", lambda row: date(row, "%Y-%m-%dT%H:%M:%SZ"), **iso),
        _timed("dates", "iso unset", lambda row: date(row, "%Y-%m-%d %H:%M:%S"), "time_unit=iso"),
        _timed(
            "dates",
            "iso with an offset",
            lambda row: date(row | {"time": row["time"] + 7200}, "%Y-%m-%d %H:%M:%S+02:00"),
            **iso,
        ),
        _timed(
            "dates",
            "iso with the word UTC",
            lambda row: date(row, "%Y-%m-%d %H:%M:%S UTC"),
            "data.events.time_format",
            **iso,
        ),
        _timed(
            "dates",
            "two formats",
            lambda row: date(row, "%Y%m%d %H%M%S" if row["value"] > 2 else "%d.%m.%Y %H:%M:%S"),
            time_format=["%Y%m%d %H%M%S", "%d.%m.%Y %H:%M:%S"],
        ),
        _timed(
            "dates",
            "twelve hours",
            lambda row: date(row, "%m/%d/%Y %I:%M:%S %p"),
            time_format="%m/%d/%Y %I:%M:%S %p",
        ),
    ]


def _columns() -> list[AwkwardInput]:
    parted = [
        {name: row[name] for name in ("user", "item", "value")}
        | {"day": date(row, "%Y-%m-%d"), "clock": date(row, "%H:%M:%S")}
        for row in WORDS.events
    ]
    typed = changed(WORDS.events, time=lambda row: datetime.fromtimestamp(row["time"], UTC))
    joined = {"columns": {"time": ["day", "clock"]}, "time_unit": "iso"}
    days = {
        f"log/day={day}/part.csv": to_csv(
            [{k: v for k, v in row.items() if k != "day"} for row in parted if row["day"] == day]
        )
        for day in {row["day"] for row in parted}
    }
    found = [
        AwkwardInput(
            "columns of times",
            "day and clock",
            {"events.csv": to_csv(parted), **CATALOGUE},
            CSV | joined,
            ITEMS,
        ),
        AwkwardInput(
            "columns of times",
            "day and clock, JSON",
            {"events.jsonl": to_lines(parted), **CATALOGUE},
            JSON | joined,
            ITEMS,
        ),
        AwkwardInput(
            "columns of times",
            "day and clock, Parquet",
            {"events.parquet": to_parquet(parted), **CATALOGUE},
            PARQUET | joined,
            ITEMS,
        ),
        AwkwardInput(
            "columns of times",
            "day in the path",
            {**days, **CATALOGUE},
            CSV | joined | {"path": "log"},
            ITEMS,
        ),
    ]
    for kind in (
        pa.timestamp("ns"),
        pa.timestamp("us", "America/New_York"),
        pa.timestamp("s"),
        pa.timestamp("ms", "UTC"),
    ):
        content = to_parquet(typed, time=kind)
        found.append(
            AwkwardInput(
                "columns of times", str(kind), {"events.parquet": content, **CATALOGUE}, PARQUET, ITEMS
            )
        )
    return found
