"""Inputs in text files: encodings, quotes, archives and what stands in place of CSV."""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import zipfile
from typing import Any

import pyarrow as pa

from benchmarks.robustness.ids import CSV, ITEMS
from benchmarks.robustness.world import WORDS, AwkwardInput, World, changed, to_csv

EVENTS = to_csv(WORDS.events)
CATALOGUE = {"items.csv": to_csv(WORDS.items)}
QUOTED = World(WORDS.events, tuple(changed(WORDS.items, title=lambda row: f'"{row["title"]}" 7" and more')))
BREAKS = changed(WORDS.items, title=lambda row: row["title"].replace(" ", "\n", 1))


def inputs() -> list[AwkwardInput]:
    """All of them."""
    return [*_encodings(), *_quotes(), *_archives(), *_shapes()]


def _items(
    kind: str, name: str, content: bytes, says: str = "", given: World = WORDS, **settings: Any
) -> AwkwardInput:
    return AwkwardInput(
        kind, name, {"events.csv": EVENTS, "items.csv": content}, CSV, ITEMS | settings, given, says
    )


def _events(kind: str, name: str, content: bytes, says: str = "", **settings: Any) -> AwkwardInput:
    path = settings.get("path", "events.csv")
    return AwkwardInput(kind, name, {path: content, **CATALOGUE}, CSV | settings, ITEMS, says=says)


def _encodings() -> list[AwkwardInput]:
    found = [
        _items("encodings", f"{name} as set", to_csv(WORDS.items, name), encoding=name)
        for name in ("latin-1", "cp1252", "utf-16", "utf-16-le", "utf-32")
    ]
    found += [
        _items("encodings", f"{name} unset", to_csv(WORDS.items, name), r"encoding")
        for name in ("latin-1", "cp1252", "utf-16", "utf-16-le")
    ]
    wrong = _items("encodings", "utf-8 set as latin-1", to_csv(WORDS.items), "encoding", encoding="latin-1")
    return [*found, _items("encodings", "a byte order mark", to_csv(WORDS.items, "utf-8-sig")), wrong]


def _quotes() -> list[AwkwardInput]:
    stray = "".join(
        "\t".join(row.values()) + "\n" for row in ({name: name for name in WORDS.items[0]}, *QUOTED.items)
    )
    escaped = to_csv(QUOTED.items, escapechar="\\", doublequote=False)
    return [
        _items(
            "quotes", "meaning nothing as set", stray.encode(), given=QUOTED, delimiter="\t", quote="none"
        ),
        _items("quotes", "meaning nothing unset", stray.encode(), "quote=none", given=QUOTED, delimiter="\t"),
        _items("quotes", "doubled", to_csv(QUOTED.items), given=QUOTED),
        _items("quotes", "escaped as set", escaped, given=QUOTED, escape="\\"),
        _items("quotes", "escaped unset", escaped, "escape", given=QUOTED),
        _items(
            "quotes",
            "apostrophes as set",
            to_csv(WORDS.items, quotechar="'", quoting=csv.QUOTE_ALL),
            quote="'",
        ),
        _items("quotes", "line breaks", to_csv(BREAKS)),
        _items("quotes", "line breaks of Windows", to_csv(BREAKS).replace(b"\n", b"\r\n")),
        _items("quotes", "one that nothing closes", to_csv(WORDS.items) + b'x1,"open,Drama\n'),
    ]


def _archives() -> list[AwkwardInput]:
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w") as archive:
        archive.writestr("events.csv", EVENTS)
        archive.writestr("__MACOSX/._events.csv", b"x")
    two = io.BytesIO()
    with zipfile.ZipFile(two, "w") as archive:
        archive.writestr("a.csv", EVENTS)
        archive.writestr("b.csv", EVENTS)
    half = EVENTS.splitlines(keepends=True)
    parted = gzip.compress(b"".join(half[:20])) + gzip.compress(b"".join(half[20:]))
    stream = pa.BufferOutputStream()
    with pa.CompressedOutputStream(stream, "zstd") as packed:
        packed.write(EVENTS)
    return [
        _events("archives", "gzip", gzip.compress(EVENTS), path="events.csv.gz"),
        _events("archives", "capitals", gzip.compress(EVENTS), path="EVENTS.CSV.GZ"),
        _events("archives", "gzip in two parts", parted, path="events.csv.gz"),
        _events("archives", "bzip2", bz2.compress(EVENTS), path="events.csv.bz2"),
        _events("archives", "zstd", stream.getvalue().to_pybytes(), path="events.csv.zst"),
        _events("archives", "zip", zipped.getvalue(), path="events.csv.zip"),
        _events(
            "archives", "zip of two files", two.getvalue(), "holds 2 files; unpack it", path="events.csv.zip"
        ),
        _events(
            "archives",
            "gzip that broke off",
            gzip.compress(EVENTS)[:-40],
            "ends too early; download it again",
            path="events.csv.gz",
        ),
        _events(
            "archives",
            "zip that broke off",
            zipped.getvalue()[:-40],
            "download it again",
            path="events.csv.zip",
        ),
        _events("archives", "gzip without its ending", gzip.compress(EVENTS), "compressed|gzip|archive"),
        _events(
            "archives",
            "a page of an error in place of the data",
            b"<!DOCTYPE html>\n<html><body>404</body></html>\n",
            "no column",
        ),
        _events(
            "archives", "a CSV called Parquet", EVENTS, "format", path="events.parquet", format="parquet"
        ),
    ]


def _shapes() -> list[AwkwardInput]:
    return [
        _events("shapes of CSV", "line ends of Windows", EVENTS.replace(b"\n", b"\r\n")),
        _events(
            "shapes of CSV", "line ends of old Macs", EVENTS.replace(b"\n", b"\r"), "carriage return|line end"
        ),
        _events("shapes of CSV", "no last line end", EVENTS.rstrip()),
        _events("shapes of CSV", "empty lines between", EVENTS.replace(b"\n", b"\n\n")),
        _events(
            "shapes of CSV", "semicolons unset", to_csv(WORDS.events, delimiter=";"), "delimiter|no column"
        ),
        _events("shapes of CSV", "semicolons as set", to_csv(WORDS.events, delimiter=";"), delimiter=";"),
        _events("shapes of CSV", "two colons as set", EVENTS.replace(b",", b"::"), delimiter="::"),
        _events(
            "shapes of CSV", "white space in the header", EVENTS.replace(b"user,item", b" user , item", 1)
        ),
        _events("shapes of CSV", "no header", EVENTS.split(b"\n", 1)[1], "no column"),
        _events(
            "shapes of CSV",
            "a row number without a name",
            b"".join(
                (b"," if n == 0 else b"%d," % n) + line
                for n, line in enumerate(EVENTS.splitlines(keepends=True))
            ),
        ),
        _events("shapes of CSV", "a comma behind each row", EVENTS.replace(b"\n", b",\n")),
        _events(
            "shapes of CSV",
            "a comma behind all but the header",
            EVENTS.replace(b"\n", b",\n").replace(b",\n", b"\n", 1),
            "number of fields",
        ),
        _events(
            "shapes of CSV",
            "decimal commas",
            to_csv(changed(WORDS.events, value=lambda row: f"{row['value']},0"), delimiter=";"),
            "value is not a number",
            delimiter=";",
        ),
        _events(
            "shapes of CSV",
            "a column twice",
            b"\n".join(line + b"," + line.split(b",")[1] for line in EVENTS.splitlines()),
            "'item' 2 times",
        ),
    ]
