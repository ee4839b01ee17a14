"""A fixed sequence of requests of every kind, made from a run's catalogue and users."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import quote

from palate.schema import ITEM, USER
from palate.storage import Folder

RULES = (
    {"deny": "Horror"},
    {"allow": "Comedy | Romance"},
    {"allow": "!Drama", "per_category": 3},
    {"boosts": [{"match": "Thriller", "factor": 3}]},
    {"not_before": 1990, "freshness": 1},
)
"""Rules of lists; a catalogue without such categories answers with an error, which is an answer too."""
TEXTS = ("slow-burning space horror", "a funny family adventure", "war", "red", "gift for a child", "日本")
WRONG: tuple[tuple[str, str, Any], ...] = (
    ("POST", "/v1/recommend", {"user": "1", "history": []}),
    ("POST", "/v1/recommend", {"user": "1", "k": 0}),
    ("POST", "/v1/recommend", {"user": "1", "filtres": {}}),
    ("POST", "/v1/recommend", {"user": "1", "filters": {"deny": "(("}}),
    ("POST", "/v1/similar", {"item": "no such item"}),
    ("POST", "/v1/search", {"text": ""}),
    ("GET", "/v1/items/no%20such%20item", None),
    ("GET", "/v1/nothing", None),
    ("PUT", "/v1/recommend", None),
    ("POST", "/v1/events", {"events": []}),
)
"""What must be refused, each in its own words."""


class Question(NamedTuple):
    """A request: method, path and JSON body."""

    method: str
    path: str
    body: Any = None


class World(NamedTuple):
    """Ids to ask about, and the dice."""

    users: list[str]
    items: list[str]
    dice: random.Random

    @property
    def user(self) -> str:
        return self.dice.choice(self.users)

    @property
    def item(self) -> str:
        return self.dice.choice(self.items)


def users_and_items(run: str) -> tuple[list[str], list[str]]:
    """Every user and every item of a run."""
    folder = Folder(run) / "prepare"
    users = [user for table in folder.tables("histories") for user in table[USER].to_pylist()]
    return users, folder.read_table("catalogue.parquet")[ITEM].to_pylist()


def questions(users: list[str], items: list[str], count: int) -> list[Question]:
    """So many requests, the same for the same ids; events come between the lists that they change."""
    world = World(users, items, random.Random(0))
    wrong = [Question(*parts) for parts in WRONG]
    return [*wrong, *(KINDS[number % len(KINDS)](world, number) for number in range(count - len(wrong)))]


def _list(world: World, number: int) -> Question:
    return Question("POST", "/v1/recommend", {"user": world.user, "k": 1 + number % 20, "explain": True})


def _filtered(world: World, number: int) -> Question:
    body = {"user": world.user, "filters": RULES[number % len(RULES)], "debug": True}
    return Question("POST", "/v1/recommend", body)


def _varied(world: World, number: int) -> Question:
    body = {"user": world.user, "diversity": 0.5, "explore": 0.2, "seed": number, "exclude": [world.item]}
    return Question("POST", "/v1/recommend", body)


def _anonymous(world: World, number: int) -> Question:
    history = [world.item for _ in range(number % 6)]
    return Question("POST", "/v1/recommend", {"history": history, "explain": True})


def _similar(world: World, number: int) -> Question:
    return Question("POST", "/v1/similar", {"item": world.item, "k": 5})


def _search(world: World, number: int) -> Question:
    return Question("POST", "/v1/search", {"text": TEXTS[number % len(TEXTS)]})


def _explanation(world: World, number: int) -> Question:
    return Question("GET", f"/v1/users/{_quoted(world.user)}/explanations/{_quoted(world.item)}")


def _profile(world: World, number: int) -> Question:
    return Question("GET", f"/v1/users/{_quoted(world.user)}/profile")


def _user(world: World, number: int) -> Question:
    return Question("GET", f"/v1/users/{_quoted(world.user)}")


def _item(world: World, number: int) -> Question:
    return Question("GET", f"/v1/items/{_quoted(world.item)}")


def _events(world: World, number: int) -> Question:
    kinds = ("click", "like", "dislike")
    event = {"id": f"e{number}", "user": world.user, "item": world.item, "kind": kinds[number % 3]}
    return Question("POST", "/v1/events", {"events": [event | {"time": 1_700_000_000 + number}]})


def _quoted(name: str) -> str:
    return quote(name, safe="")


KINDS: tuple[Callable[[World, int], Question], ...] = (
    _list, _events, _filtered, _similar, _anonymous, _explanation, _search, _varied, _user, _item, _profile,
)  # fmt: skip
