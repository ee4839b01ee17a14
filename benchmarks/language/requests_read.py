"""Requests in words with known answers: how many are read wholly right, and how many places keep to them.

An answer is the set of items that fulfil a request, and the items that it names. A reader is right when both
are the same; a place keeps to a request when a random one of the items that are let through fulfils it.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks.language import four_catalogues as four
from benchmarks.language.catalogues import (
    FILM_COLUMNS,
    FILM_WORDS,
    SHOP_COLUMNS,
    SHOP_WORDS,
    films,
    shop,
)
from palate.config import ColumnsConfig
from palate.rank.filters import ItemFacts
from palate.rank.rules import Rules
from palate.recommender.narrowing import unwanted_items
from palate.steering import Constraint, RequestReader, Steering, steered_rules

REQUESTS = Path(__file__).with_name("requests")
PARTS = ("development", "held_out", "four_catalogues_development", "four_catalogues_held_out")
PLACES = 10

Read = Callable[[str], Steering]


@dataclass(frozen=True)
class World:
    """A catalogue and what reads requests about it."""

    facts: ItemFacts
    reader: RequestReader
    titles: dict[str, int]
    columns: ColumnsConfig

    @classmethod
    def of(cls, table: Any, columns: ColumnsConfig, words: Any) -> World:
        facts = ItemFacts.of(table, columns, np.zeros((len(table), 0), np.float32))
        titles = {title: item for item, title in enumerate(facts.titles)}
        return cls(facts, RequestReader(table, columns, facts, words), titles, columns)

    def fitting(self, rules: Rules) -> NDArray[np.bool_]:
        return ~unwanted_items(rules, self.facts)


class Outcome(NamedTuple):
    """What a reader made of one request."""

    right: bool
    kept: float
    """Share of the items let through that fulfil the request."""
    constrained: bool
    language: str
    milliseconds: float


def worlds() -> dict[str, World]:
    """The catalogues by the names that requests give them."""
    return {
        "films": World.of(films(), FILM_COLUMNS, FILM_WORDS),
        "shop": World.of(shop(), SHOP_COLUMNS, SHOP_WORDS),
        "cinema": World.of(four.cinema(), four.CINEMA_COLUMNS, four.CINEMA_WORDS),
        "beauty": World.of(four.beauty(), four.BEAUTY_COLUMNS, four.BEAUTY_WORDS),
        "news": World.of(four.news(), four.NEWS_COLUMNS, four.NEWS_WORDS),
        "music": World.of(four.music(), four.MUSIC_COLUMNS, four.MUSIC_WORDS),
    }


def requests_of(part: str) -> list[dict[str, Any]]:
    """One of `PARTS`; what is held out nobody looks at while the reader is changed."""
    return [json.loads(line) for line in (REQUESTS / f"{part}.jsonl").read_text("utf-8").splitlines()]


def answer_of(request: dict[str, Any]) -> tuple[Rules, set[str], set[str]]:
    """What a request means, as its author wrote it down."""
    rules = Rules.model_validate(
        {
            "allow": " & ".join(f"({_any_of(names)})" for names in request["allow"]) or None,
            "deny": _denied(request) or None,
            "ranges": request["ranges"],
            "values": request["values"],
        }
    )
    return rules, set(request["like"]), set(request["unlike"])


def outcome(request: dict[str, Any], world: World, read: Read) -> Outcome:
    """How one request is read."""
    began = time.perf_counter()
    steering = read(request["text"])
    taken = 1000 * (time.perf_counter() - began)
    rules, like, unlike = answer_of(request)
    wanted, let_through = world.fitting(rules), world.fitting(steered_rules(Rules(), steering))
    steer = steering.steer
    named = [{world.facts.titles[item] for item in items} for items in (steer.liked, steer.disliked)]
    return Outcome(
        right=bool((wanted == let_through).all()) and named == [like, unlike],
        kept=float(wanted[let_through].mean()) if let_through.any() else 0.0,
        constrained=not wanted.all(),
        language=request["language"],
        milliseconds=taken,
    )


def keyword_reader(world: World) -> Read:
    """The trivial rival: every category that a request names is wanted, whatever stands around it."""
    names = sorted(frozenset[str]().union(*world.facts.category_sets))

    def read(text: str) -> Steering:
        found = [name for name in names if name in text.casefold()]
        return Steering(tuple(Constraint("category", False, name, 0, names=(name,)) for name in found), text)

    return read


def nothing_read(text: str) -> Steering:
    """The other: nothing is understood, and everything is let through."""
    return Steering(rest=text)


def summary(outcomes: Iterable[Outcome]) -> dict[str, Any]:
    """Shares over requests, and the median of the time."""
    every = list(outcomes)
    kept = [one.kept for one in every if one.constrained]
    return {
        "requests": len(every),
        "right_share": round(float(np.mean([one.right for one in every])), 4),
        "kept_share": round(float(np.mean(kept)), 4),
        "p50_ms": round(float(np.median([one.milliseconds for one in every])), 3),
    }


def measure(part: str) -> dict[str, Any]:
    """Every reader on one part of the requests."""
    by_name, requests = worlds(), requests_of(part)
    readers: dict[str, Callable[[World], Read]] = {
        "rules": lambda world: world.reader.read,
        "keywords": keyword_reader,
        "nothing": lambda world: nothing_read,
    }
    found: dict[str, Any] = {}
    for name, reader_of in readers.items():
        reads = {world: reader_of(by_name[world]) for world in by_name}
        outcomes = [outcome(one, by_name[one["catalogue"]], reads[one["catalogue"]]) for one in requests]
        languages = sorted({one.language for one in outcomes})
        found[name] = summary(outcomes) | {
            language: summary(one for one in outcomes if one.language == language) for language in languages
        }
    return found


def wrong(part: str = "development") -> list[tuple[str, Steering]]:
    """Requests of the part for development that are not read wholly right."""
    by_name = worlds()
    return [
        (one["text"], by_name[one["catalogue"]].reader.read(one["text"]))
        for one in requests_of(part)
        if not outcome(one, by_name[one["catalogue"]], by_name[one["catalogue"]].reader.read).right
    ]


def _denied(request: dict[str, Any]) -> str:
    """Categories that are not wanted, some of them only `unless` an item has one of others."""
    excepted = [f'("{name}" & !({_any_of(names)}))' for name, names in request.get("unless", {}).items()]
    return " | ".join([*(f'"{name}"' for name in request["deny"]), *excepted])


def _any_of(names: Iterable[str]) -> str:
    return " | ".join(f'"{name}"' for name in names)
