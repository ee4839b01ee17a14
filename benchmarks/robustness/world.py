"""A small world of events and items, and the ways of writing it into files."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

Row = dict[str, Any]
Files = Mapping[str, bytes]

_TITLES = ["Le café d'hiver", "Under the lamp", "Straße ohne Ende", "A quiet harbour", "Año nuevo"]
_FIRST = 1_600_000_000


@dataclass(frozen=True)
class World:
    """What a reader has to find."""

    events: tuple[Row, ...]
    """user, item, time in seconds, value."""
    items: tuple[Row, ...]
    """item, title, genre."""


def world(
    user: Callable[[int], str] = "u{:02d}".format, item: Callable[[int], str] = "i{:02d}".format
) -> World:
    """Twelve users with six events each, among twenty items."""
    events = [
        {
            "user": user(n),
            "item": item((7 * n + 3 * k) % 20),
            "time": _FIRST + 86_400 * k + 61 * n,
            "value": k % 5 + 1,
        }
        for n in range(12)
        for k in range(6)
    ]
    items = [
        {"item": item(n), "title": f"{_TITLES[n % 5]} {n}", "genre": "DramaWar"[n % 2 * 5 :][:5]}
        for n in range(20)
    ]
    return World(tuple(events), tuple(items))


WORDS = world()
NUMBERS = world("{:d}".format, "{:d}".format)
LONG_NUMBERS = world(lambda n: str(76561197960265728 + 64 * n), lambda n: str(10**15 + 8 * n))


@dataclass(frozen=True)
class AwkwardInput:
    """Files, the settings that a user would give, and what has to come of it."""

    kind: str
    name: str
    files: Files
    events: Row = field(default_factory=dict)
    """Settings of `data.events`; the path is relative to the files' folder."""
    catalogue: Row = field(default_factory=dict)
    world: World = WORDS
    says: str = ""
    """Pattern of a refusal or note that is as right as the table; none where only the table is."""


def changed(rows: Sequence[Row], **changes: Callable[[Row], Any]) -> list[Row]:
    """The rows with some columns computed anew, or new ones."""
    return [row | {name: change(row) for name, change in changes.items()} for row in rows]


def to_csv(rows: Sequence[Row], encoding: str = "utf-8", **options: Any) -> bytes:
    """A CSV file with a header."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n", **options)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


def to_lines(rows: Sequence[Row], encoding: str = "utf-8") -> bytes:
    """A file of JSON lines."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode(encoding)


def to_parquet(rows: Sequence[Row], **types: pa.DataType) -> bytes:
    """A Parquet file, with the types of some columns."""
    columns = {name: pa.array([row[name] for row in rows], types.get(name)) for name in rows[0]}
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table(columns), sink)
    return sink.getvalue().to_pybytes()


def date(row: Row, form: str) -> str:
    """The time of an event in a format."""
    return datetime.fromtimestamp(row["time"], UTC).strftime(form)
