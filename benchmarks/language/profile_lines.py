"""Lines of profiles that name nothing: how many about something else change a list, how many about it.

`profile_lines/` has lines about anything but a catalogue, of many kinds, and lines about films, beauty
products and books that name no category. By the development lines the gate was chosen
(`palate.steering.meaning.relatedness`); the held-out ones, by the same person, were read once, after that.
On a release of films lists are made; of the other catalogues, whose texts stand in files, a sample is read by
the bundled encoder, and a line that is let through counts as one that changes lists. The rival is no gate:
then every line changes every list.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import numpy as np
import yaml

import palate
from benchmarks.language.profile_edits import listed_items
from palate.config import EncoderConfig
from palate.encode import TextEncoder, load_encoder
from palate.recommender.recommender import Recommender
from palate.stated.written import read_line, written_wishes
from palate.steering import RequestReader
from palate.steering.meaning.relatedness import Relatedness, everyday_texts

LINES = Path(__file__).with_name("profile_lines")
SAMPLE = 800
"""Items of a catalogue of a file that are read."""
USERS = 60

ChangesLists = Callable[[Sequence[str]], Sequence[bool]]
"""Whether each line changes a list."""


class LineSet(NamedTuple):
    """Lines of one part, `development` or `held_out`."""

    unrelated: dict[str, list[str]]
    """By kind."""
    related: dict[str, list[str]]
    """By catalogue."""


def line_set(part: str) -> LineSet:
    """The lines of a part."""
    return LineSet(**yaml.load((LINES / f"{part}.yaml").read_text("utf-8"), Loader=yaml.BaseLoader))


def measure_lines(releases: str, beauty: str | None, books: str | None) -> dict[str, Any]:
    """Shares of lines that change lists: films, and beauty products and books whose folders are given."""
    recommender = palate.open_release(releases).recommender
    catalogues: dict[str, ChangesLists] = {"films": lambda lines: _changed_lists(recommender, lines)}
    files = {"beauty": (beauty, _beauty_texts), "books": (books, _book_texts)}
    if given := {name: texts(Path(folder)) for name, (folder, texts) in files.items() if folder}:
        encoder = load_encoder(EncoderConfig().model, EncoderConfig())
        catalogues |= {name: _let_through(encoder, texts) for name, texts in given.items()}
    found = {
        part: {name: _shares(line_set(part), name, changes) for name, changes in catalogues.items()}
        for part in ("held_out", "development")
    }
    films = found["held_out"]["films"]
    return {
        "value": films["unrelated"],
        "related": films["related"],
        **found["held_out"],
        "development": found["development"],
        "no_gate": 1.0,
        "how": "share of lines after which the ten items are others, a user of the release each; beauty and "
        f"books: share that the gate lets through, on {SAMPLE} of the items; held-out lines, none with a "
        "word that is read as a rule",
    }


def _shares(lines: LineSet, catalogue: str, changes: ChangesLists) -> dict[str, Any]:
    unrelated = {kind: list(changes(texts)) for kind, texts in lines.unrelated.items()}
    every = [one for each in unrelated.values() for one in each]
    related = list(changes(lines.related[catalogue]))
    return {
        "unrelated": _share(every),
        "related": _share(related),
        "lines": [len(every), len(related)],
        "by_kind": {kind: _share(each) for kind, each in unrelated.items()},
    }


def _share(changed: Sequence[bool]) -> float:
    return round(float(np.mean(changed)), 4) if changed else 0.0


def _changed_lists(recommender: Recommender, lines: Sequence[str]) -> list[bool]:
    """Whether each line that has nothing but its meaning changes the list of a user."""
    users = recommender.artefacts.folders.catalogue.read_table("histories")["user"].to_pylist()[:USERS]
    changed = []
    for number, line in enumerate(lines):
        if _names_something(line, recommender.reader):
            continue
        query = recommender.user_query(users[number % len(users)], 10)
        changed.append(listed_items(recommender, query, [line]) != listed_items(recommender, query, []))
    return changed


def _names_something(line: str, reader: RequestReader) -> bool:
    wishes = written_wishes([read_line(line, reader)])
    return bool(wishes.boosts or wishes.steering.constraints or wishes.steering.rest)


def _let_through(encoder: TextEncoder, texts: Sequence[str]) -> ChangesLists:
    items = encoder.encode(Random(0).sample(texts, min(SAMPLE, len(texts))))
    gate = Relatedness(items, encoder.encode_queries(everyday_texts()))

    def let_through(lines: Sequence[str]) -> list[bool]:
        related: list[bool] = gate.are_related(encoder.encode_queries(lines)).tolist()
        return related

    return let_through


def _beauty_texts(folder: Path) -> list[str]:
    rows = _json_lines(folder / "items.jsonl.gz")
    return [row["title"] for row in rows if row.get("title")]


def _book_texts(folder: Path) -> list[str]:
    rows = _json_lines(folder / "amazon_test.jsonl.gz")
    return sorted({f"{row['title']}. {row['item_summary']}" for row in rows})


def _json_lines(file: Path) -> list[dict[str, Any]]:
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]
