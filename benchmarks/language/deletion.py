"""Deletion test: how far does an item fall without the events that each method of influence names?

For a sample of users of a release and one place of each one's list, the places 1 to 10 in turn. Each method
orders the latest 50 events; the whole ranking is made anew without its first one, two and three. The trivial
rivals name the newest events, and random ones. The search for reasons is not run: what is compared is the
influence alone, with the number of lists that it takes.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any, NamedTuple

import numpy as np

import palate
from palate.explain import recent_items
from palate.explain.evidence.attribution import attribution
from palate.explain.evidence.influence import Items
from palate.explain.evidence.lime import SAMPLES
from palate.explain.evidence.served_list import FIRST, ServedList
from palate.recommender.recommender import Recommender
from palate.recommender.users import KnownUsers
from palate.stated.list_inputs import ListInputs

MOST = 3
"""Events that are left out at most."""
METHODS = ("leave-one-out", "lime", "shapley")
PERMUTATIONS = 10
"""Of Shapley sampling: with 50 events as many lists as LIME makes, so that both are compared at one cost."""


class Order(NamedTuple):
    """Events of one person by what a method thinks of them, the most influential first."""

    events: list[int]
    lists: int
    """That were made for it."""
    fidelity: float | None = None


def measure_deletion(releases: str, users: int) -> dict[str, Any]:
    """By method: the share of items that leave the first ten, and how many places they fall, by events."""
    recommender = palate.open_release(releases).recommender
    recommender.warm()
    falls: dict[str, list[list[int]]] = {}
    orders: dict[str, list[Order]] = {}
    for number, user in enumerate(KnownUsers(recommender.artefacts).drawn(users)):
        case = _case(recommender, user, number % FIRST)
        if case is None:
            continue
        served, item = case
        for name, order in _orders(served, item, Random(number)).items():
            left_out = [order.events[:count] for count in range(1, MOST + 1)]
            falls.setdefault(name, []).append(served.standings(left_out, item).places[:, 0].tolist())
            orders.setdefault(name, []).append(order)
        print(f"{number + 1} of {users} users")
    return {"deletion": _summary(falls, orders)}


def _case(recommender: Recommender, user: str, place: int) -> tuple[ServedList, Items] | None:
    inputs = ListInputs(recommender.user_query(user))
    items = recommender.answer([inputs.without()]).rankings[0].items
    if place >= len(items):
        return None
    item = items[place : place + 1].astype(np.int32)
    return ServedList(recommender, inputs, item), item


def _orders(served: ServedList, item: Items, random: Random) -> dict[str, Order]:
    events = [one for one in recent_items(served.inputs.without().history).tolist() if one != item[0]]
    made = {"leave-one-out": len(events) + 1, "lime": SAMPLES, "shapley": PERMUTATIONS * (len(events) + 1)}
    orders = {}
    for method in METHODS:
        found = attribution(method, events, item, served, permutations=PERMUTATIONS)  # type: ignore[arg-type]
        strongest = np.argsort(-found.influence[:, 0], kind="stable")
        fidelity = None if found.fidelity is None else float(found.fidelity[0])
        orders[method] = Order([events[row] for row in strongest], made[method], fidelity)
    return orders | {
        "newest": Order(events, 0),
        "random": Order(random.sample(events, len(events)), 0),
    }


def _summary(falls: dict[str, list[list[int]]], orders: dict[str, list[Order]]) -> dict[str, Any]:
    cases = len(next(iter(falls.values())))
    return {
        "value": _left(falls["lime"], MOST),
        **{name: _figures(places, orders[name]) for name, places in falls.items()},
        "how": f"{cases} users, a place from 1 to {FIRST} each; left: share of items out of the first "
        f"{FIRST} without the 1, 2 and {MOST} most influential of the latest 50 events; place: median place "
        "then; value: LIME, three events; LIME and Shapley values at about the same number of lists",
    }


def _figures(places: Sequence[list[int]], orders: Sequence[Order]) -> dict[str, Any]:
    fidelities = [one.fidelity for one in orders if one.fidelity is not None]
    figures: dict[str, Any] = {
        "left": [_left(places, count) for count in range(1, MOST + 1)],
        "place": [float(np.median([row[count] for row in places])) for count in range(MOST)],
        "lists": round(float(np.median([one.lists for one in orders]))),
    }
    if fidelities:
        figures["fidelity"] = round(float(np.median(fidelities)), 3)
    return figures


def _left(places: Sequence[list[int]], count: int) -> float:
    """The share of items that are out of the first places without so many events."""
    return round(float(np.mean([not 1 <= row[count - 1] <= FIRST for row in places])), 4)
