"""Inputs whose ids are written in other ways than a reader may expect."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from decimal import Decimal
from uuid import UUID

import pyarrow as pa

from benchmarks.robustness.world import (
    LONG_NUMBERS,
    NUMBERS,
    WORDS,
    AwkwardInput,
    Files,
    Row,
    World,
    changed,
    to_csv,
    to_lines,
    to_parquet,
    world,
)

PARQUET = {"path": "events.parquet", "format": "parquet"}
CSV = {"path": "events.csv", "format": "csv"}
JSON = {"path": "events.jsonl", "format": "jsonl"}
ITEMS = {"path": "items.csv", "format": "csv"}
ACCENTS = world("u{:02d}".format, "é{:02d}".format)
UUIDS = world(lambda n: str(UUID(int=n)), lambda n: str(UUID(int=100 + n)))


def inputs() -> list[AwkwardInput]:
    """All of them."""
    return [*_numbers(), *_spellings(), *_types()]


def _numbers() -> list[AwkwardInput]:
    floats = {"user": pa.float64(), "item": pa.float64()}
    found = []
    for name, given in (("small", NUMBERS), ("long", LONG_NUMBERS)):
        rows = changed(given.events, user=lambda row: float(row["user"]), item=lambda row: float(row["item"]))
        items = to_csv(given.items)
        found += [
            AwkwardInput(
                "float ids",
                f"{name}, Parquet",
                {"events.parquet": to_parquet(rows, **floats), "items.csv": items},
                PARQUET,
                ITEMS,
                given,
            ),
            AwkwardInput(
                "float ids",
                f"{name}, JSON",
                {"events.jsonl": to_lines(rows), "items.csv": items},
                JSON,
                ITEMS,
                given,
            ),
            AwkwardInput(
                "float ids",
                f"{name}, CSV",
                {"events.csv": to_csv(rows), "items.csv": items},
                CSV,
                ITEMS,
                given,
                says=r"data\.events\.ids=integer",
            ),
            AwkwardInput(
                "float ids",
                f"{name}, CSV with the setting",
                {"events.csv": to_csv(rows), "items.csv": items},
                CSV | {"ids": "integer"},
                ITEMS,
                given,
            ),
        ]
    return found


def _spelled(
    name: str, event: Callable[[str], str], item: Callable[[str], str], given: World = WORDS, says: str = ""
) -> AwkwardInput:
    events = to_csv(changed(given.events, item=lambda row: event(row["item"])))
    items = to_csv(changed(given.items, item=lambda row: item(row["item"])))
    return AwkwardInput(
        "two spellings", name, {"events.csv": events, "items.csv": items}, CSV, ITEMS, given, says
    )


def _spellings() -> list[AwkwardInput]:
    def same(id: str) -> str:
        return id

    def decomposed(id: str) -> str:
        return unicodedata.normalize("NFD", id)

    return [
        _spelled("zeros in the catalogue", same, "{:0>6}".format, NUMBERS, r"data\.catalogue\.ids=stripped"),
        _spelled("zeros in the events", "{:0>6}".format, same, NUMBERS, r"data\.events\.ids=stripped"),
        _spelled("decomposed in the events", decomposed, same, ACCENTS, r"data\.events\.ids=nfc"),
        _spelled("decomposed in the catalogue", same, decomposed, ACCENTS, r"data\.catalogue\.ids=nfc"),
        _spelled("white space around", "  {} ".format, same),
        _spelled("no-break space around", "\u00a0{}".format, same),
        _spelled("capitals in the events", str.upper, same, says="such as 'I"),
        _spelled("a prefix in the events", "shop:{}".format, same, says="such as 'shop:"),
        _spelled("a zero-width sign in the events", "{}\u200b".format, same, says=r"such as 'i\d+.u200b'"),
        _spelled("quotes inside quotes", '"{}"'.format, same, says="such as '\""),
    ]


def _types() -> list[AwkwardInput]:
    items = {"items.csv": to_csv(UUIDS.items)}
    binary = changed(
        UUIDS.events, user=lambda row: UUID(row["user"]).bytes, item=lambda row: UUID(row["item"]).bytes
    )
    found = [
        AwkwardInput(
            "types of ids",
            name,
            {"events.parquet": to_parquet(binary, user=kind, item=kind), **items},
            PARQUET,
            ITEMS,
            UUIDS,
        )
        for name, kind in (("UUIDs", pa.uuid()), ("UUIDs of 16 bytes", pa.binary(16)))
    ]
    words = {"items.csv": to_csv(WORDS.items)}
    for kind in (pa.large_string(), pa.string_view(), pa.binary(), pa.dictionary(pa.int8(), pa.string())):
        content = to_parquet(WORDS.events, user=kind, item=kind)
        found.append(
            AwkwardInput("types of ids", str(kind), {"events.parquet": content, **words}, PARQUET, ITEMS)
        )
    decimal = pa.decimal128(20, 2)
    numbers = changed(
        NUMBERS.events, user=lambda row: Decimal(row["user"]), item=lambda row: Decimal(row["item"])
    )
    content = to_parquet(numbers, user=decimal, item=decimal)
    plain = {"items.csv": to_csv(NUMBERS.items)}
    found.append(
        AwkwardInput(
            "types of ids", "decimals", {"events.parquet": content, **plain}, PARQUET, ITEMS, NUMBERS
        )
    )
    accents = {"events.csv": to_csv(ACCENTS.events, "latin-1"), "items.csv": to_csv(ACCENTS.items)}
    found.append(
        AwkwardInput(
            "types of ids", "accents in latin-1", accents, CSV, ITEMS, ACCENTS, r"data\.events\.encoding"
        )
    )
    return [*found, *_missing()]


def _missing() -> list[AwkwardInput]:
    """Rows without a user, which are nobody's."""
    items = {"items.csv": to_csv(NUMBERS.items)}
    rows: list[Row] = changed(NUMBERS.events, user=lambda row: float(row["user"]))
    rows += changed(rows[:30], user=lambda row: float("nan"))
    texts = changed(rows, user=lambda row: "" if row["user"] != row["user"] else str(int(row["user"])))
    null = changed(rows, user=lambda row: None if row["user"] != row["user"] else int(row["user"]))
    return [
        AwkwardInput(
            "missing users", "NaN in JSON", {"events.jsonl": to_lines(rows), **items}, JSON, ITEMS, NUMBERS
        ),
        AwkwardInput(
            "missing users", "null in JSON", {"events.jsonl": to_lines(null), **items}, JSON, ITEMS, NUMBERS
        ),
        AwkwardInput(
            "missing users",
            "NaN in Parquet",
            {"events.parquet": to_parquet(rows), **items},
            PARQUET,
            ITEMS,
            NUMBERS,
        ),
        AwkwardInput(
            "missing users", "empty in CSV", {"events.csv": to_csv(texts), **items}, CSV, ITEMS, NUMBERS
        ),
        *[_worded(texts, items, word) for word in ("nan", "NULL", "None", "\\N", "undefined")],
    ]


def _worded(rows: list[Row], items: Files, word: str) -> AwkwardInput:
    """CSV in which a word stands for a missing user."""
    events = to_csv(changed(rows, user=lambda row: row["user"] or word))
    says = f"users called {re.escape(repr(word))}"
    return AwkwardInput(
        "missing users", f"the word {word} in CSV", {"events.csv": events, **items}, CSV, ITEMS, NUMBERS, says
    )
