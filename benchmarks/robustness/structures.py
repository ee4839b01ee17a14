"""Inputs whose structure is not a plain table: JSON in its shapes, nested columns, columns of some files."""

from __future__ import annotations

import json
from typing import Any

from benchmarks.robustness.ids import CSV, ITEMS, JSON, PARQUET
from benchmarks.robustness.world import WORDS, AwkwardInput, Row, World, changed, to_csv, to_lines, to_parquet

EVENTS = {"events.csv": to_csv(WORDS.events)}
CATALOGUE = {"items.csv": to_csv(WORDS.items)}
COUNTED = World(tuple(changed(WORDS.events, value=lambda row: 1)), WORDS.items)


def inputs() -> list[AwkwardInput]:
    """All of them."""
    return [*_json(), *_nested(), *_columns(), *_others()]


def _lines(name: str, text: str, says: str = "", **settings: Any) -> AwkwardInput:
    return AwkwardInput(
        "shapes of JSON",
        name,
        {"events.jsonl": text.encode(), **CATALOGUE},
        JSON | settings,
        ITEMS,
        says=says,
    )


def _json() -> list[AwkwardInput]:
    rows = list(WORDS.events)
    lines = to_lines(rows).decode()
    late = [{name: row[name] for name in ("user", "item", "time")} for row in rows[:1]] * 1500
    users = changed(rows, user=lambda row: {"id": row["user"]})
    return [
        _lines("an array", json.dumps(rows)),
        _lines("an array in a column", json.dumps(rows, indent=2)),
        _lines("an array that broke off", json.dumps(rows)[:-30], "ends too early"),
        _lines("an array with a comma at its end", json.dumps(rows)[:-1] + ",]", "no valid JSON"),
        _lines(
            "objects over several lines",
            "\n".join(json.dumps(row, indent=1) for row in rows),
            "object a line",
        ),
        _lines("an object around the array", json.dumps({"events": rows}), "no column 'user'"),
        _lines("Python literals", "\n".join(map(str, rows)), "Python literal"),
        _lines(
            "keys that come late",
            lines.replace('"value"', '"value"') + to_lines(late).decode(),
            "duplicate event",
        ),
        _lines("values behind line 1,500", to_lines(late).decode() + lines),
        _lines(
            "strings for numbers",
            to_lines(
                changed(rows, time=lambda row: str(row["time"]), value=lambda row: str(row["value"]))
            ).decode(),
        ),
        _lines("nulls for values", to_lines(rows + changed(rows[:3], item=lambda row: None)).decode()),
        _lines("users as objects", to_lines(users).decode(), "user is not text"),
        _lines("a damaged line", lines + '{"user": "u01", "item"\n'),
        _lines("CSV in place of JSON", to_csv(rows).decode(), "no line is a JSON object"),
    ]


def _catalogue(name: str, rows: list[Row]) -> AwkwardInput:
    return AwkwardInput(
        "columns of a catalogue",
        name,
        {**EVENTS, "items.parquet": to_parquet(rows)},
        CSV,
        {"path": "items.parquet", "format": "parquet"},
    )


def _nested() -> list[AwkwardInput]:
    items = list(WORDS.items)
    return [
        _catalogue(
            "genres as objects with names",
            changed(items, genre=lambda row: [{"id": 1, "name": row["genre"]}]),
        ),
        _catalogue("genres as a list", changed(items, genre=lambda row: [row["genre"]])),
        _catalogue("pictures", changed(items, picture=lambda row: b"\xff\xd8\xff\xe0")),
        _catalogue(
            "pictures in objects", changed(items, picture=lambda row: {"bytes": b"\xff\xd8", "path": "a.jpg"})
        ),
        _catalogue("embeddings", changed(items, embedding=lambda row: [0.5] * 8)),
        _catalogue("lists of lists", changed(items, sizes=lambda row: [[1, 2], [3]])),
        _catalogue("text as bytes", changed(items, title=lambda row: row["title"].encode())),
        AwkwardInput(
            "columns of a catalogue",
            "HTML entities",
            {
                **EVENTS,
                "items.csv": to_csv(
                    changed(
                        items, title=lambda row: row["title"].replace("é", "&eacute;").replace("'", "&#39;")
                    )
                ),
            },
            CSV,
            ITEMS,
        ),
        AwkwardInput(
            "columns of a catalogue",
            "control characters",
            {
                **EVENTS,
                "items.csv": to_csv(
                    changed(items, title=lambda row: row["title"].replace(" ", "\x1b\x07", 1))
                ),
            },
            CSV,
            ITEMS,
            says="control",
        ),
    ]


def _csv(kind: str, name: str, events: bytes, says: str = "", **settings: Any) -> AwkwardInput:
    """A CSV of events beside the usual catalogue."""
    return AwkwardInput(kind, name, {"events.csv": events, **CATALOGUE}, CSV | settings, ITEMS, says=says)


def _others() -> list[AwkwardInput]:
    """What is no table of events at all, or says a thing twice."""
    rows = list(WORDS.events)
    twice = "".join(json.dumps(row)[:-1] + f', "item": "{row["item"]}"}}\n' for row in rows)
    differing = "".join('{"item": "i99", ' + json.dumps(row)[1:] + "\n" for row in rows)
    users = sorted({row["user"] for row in rows})
    sequences = [
        {"user": user, "item": " ".join(row["item"] for row in rows if row["user"] == user), "time": 1}
        for user in users
    ]
    wide = [{"user": user, **{item["item"]: 1 for item in WORDS.items}} for user in users]
    spaced = changed(rows, time=lambda row: f"{row['time']:,}")
    marked = {
        "log/1.csv": to_csv(rows[:36], "utf-8-sig"),
        "log/2.csv": to_csv(rows[36:], "utf-8-sig"),
    }
    both = {"items.csv": to_csv([*WORDS.items, *WORDS.items[:3]])}
    capitals = [{name.title(): value for name, value in row.items()} for row in rows]
    kind = "other shapes"
    return [
        AwkwardInput(
            kind, "a key twice, the same", {"events.jsonl": twice.encode(), **CATALOGUE}, JSON, ITEMS
        ),
        AwkwardInput(
            kind, "a key twice", {"events.jsonl": differing.encode(), **CATALOGUE}, JSON, ITEMS, says="twice"
        ),
        _csv(kind, "sequences in a field", to_csv(sequences), says="such as 'i00 i03"),
        _csv(kind, "a matrix", to_csv(wide), says="no column 'item'"),
        _csv(kind, "commas in thousands", to_csv(spaced), says="data.events.time_format"),
        AwkwardInput(
            kind, "byte order marks in all files", {**marked, **CATALOGUE}, CSV | {"path": "log"}, ITEMS
        ),
        AwkwardInput(kind, "items twice", {**EVENTS, **both}, CSV, ITEMS),
        _csv(kind, "capitals in the header", to_csv(capitals), says="did you mean 'User'"),
        AwkwardInput(
            kind,
            "a folder of CSV with a Parquet file",
            {"log/1.csv": to_csv(rows), "log/2.csv": to_parquet(rows), **CATALOGUE},
            CSV | {"path": "log"},
            ITEMS,
            says="is a Parquet file",
        ),
        _csv(
            kind,
            "values with a word",
            to_csv(changed(rows, value=lambda row: f"{row['value']} stars")),
            says="value is not a number",
        ),
        _csv(kind, "events written twice", to_csv(rows + rows)),
        _csv(kind, "nothing but a header", b"user,item,time\n", says="no event|No event"),
        _csv(kind, "an empty file", b"", says=r"no data in .*data\.events\.path"),
    ]


def _columns() -> list[AwkwardInput]:
    plain = [{name: row[name] for name in ("user", "item", "time")} for row in WORDS.events]
    shop = [row | {"shop": "a"} for row in WORDS.events]
    files = {"log/1.parquet": to_parquet(plain[:36]), "log/2.parquet": to_parquet(shop[36:])}
    half = World((*changed(WORDS.events[:36], value=lambda row: 1), *WORDS.events[36:]), WORDS.items)
    headers = {"log/1.csv": to_csv(plain[:36]), "log/2.csv": to_csv(list(WORDS.events[36:]))}
    renamed = [
        {"UserID": row["user"]} | {name: row[name] for name in ("item", "time", "value")}
        for row in WORDS.events
    ]
    return [
        AwkwardInput(
            "columns of events", "no value", {"events.csv": to_csv(plain), **CATALOGUE}, CSV, ITEMS, COUNTED
        ),
        AwkwardInput(
            "columns of events",
            "a value in newer Parquet alone",
            {**files, **CATALOGUE},
            PARQUET | {"path": "log"},
            ITEMS,
            half,
        ),
        AwkwardInput(
            "columns of events",
            "a value in newer CSV alone",
            {**headers, **CATALOGUE},
            CSV | {"path": "log"},
            ITEMS,
            half,
            "other columns",
        ),
        _csv("columns of events", "other names unset", to_csv(renamed), says="did you mean 'UserID'"),
        _csv("columns of events", "other names as set", to_csv(renamed), columns={"user": "UserID"}),
        _csv(
            "columns of events",
            "true and false for values",
            to_csv(changed(WORDS.events, value=lambda row: "true")),
            says="value is not a number",
        ),
        AwkwardInput(
            "columns of events",
            "marks beside the data",
            {"log/_SUCCESS": b"", "log/.part.crc": b"x", "log/part.csv": to_csv(WORDS.events), **CATALOGUE},
            CSV | {"path": "log"},
            ITEMS,
        ),
        AwkwardInput(
            "columns of events",
            "an empty file among others",
            {"log/0.csv": b"", "log/1.csv": to_csv(WORDS.events), **CATALOGUE},
            CSV | {"path": "log"},
            ITEMS,
        ),
    ]
