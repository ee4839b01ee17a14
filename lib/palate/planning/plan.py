"""The plan: each figure with the formula that it comes from, and what no node can hold."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

from palate.errors import PalateError
from palate.planning.costs import Costs
from palate.planning.held import GIB, Size, ials_bytes

CORES = 2
"""Of the machine that unit costs were measured on."""
FLOAT = 4


class Demand(NamedTuple):
    """What a deployment is to carry."""

    users: float
    items: float
    events_per_day: float
    lists_per_second: float
    """At the peak."""


class Line(NamedTuple):
    """One figure of a plan."""

    part: str
    name: str
    value: float
    unit: str
    formula: str
    setting: str = ""
    """What to change, where this is more than a node has."""


def plan(demand: Demand, costs: Costs) -> list[Line]:
    """All figures, in the order of a deployment; `PalateError` for a demand that is not above 0."""
    for name, value in demand._asdict().items():
        if not 0 < value < math.inf:
            raise PalateError(f"{name} is to be above 0, not {value}")
    retrain, serving = list(_retrain(demand, costs)), list(_serving(demand, costs))
    return [*retrain, *_memory(demand, costs), *serving, *_money(demand, costs, retrain, serving)]


def is_beyond(line: Line, costs: Costs) -> bool:
    """Whether a node lacks the memory for what the line says it holds whole."""
    return bool(line.setting) and line.value > costs.node_gib


def total(lines: list[Line], name: str) -> float:
    """The value of the line of this name."""
    return next(line.value for line in lines if line.name == name)


def _retrain(demand: Demand, costs: Costs) -> Iterator[Line]:
    """Core-hours of each stage: those of two cores that work to the end."""
    events, items = demand.events_per_day * costs.train_days, demand.items
    seconds = {
        "prepare": (costs.row_s * events, "row_s x events"),
        "embed_catalogue": (costs.text_s * items, "text_s x items"),
        "train_sequence": (
            costs.epochs
            * events
            * (costs.event_s + costs.score_s * min(costs.negatives, items) * costs.width),
            "epochs x events x (event_s + score_s x negatives x width)",
        ),
        "evaluate": (
            costs.rank_s * min(costs.evaluated_users, demand.users) * items * costs.methods,
            "rank_s x evaluated_users x items x methods: by everything",
        ),
        "publish": (2 * costs.index_s * items**1.5, "2 spaces x index_s x items^1.5"),
    }
    for stage, (value, formula) in seconds.items():
        yield Line(
            "retrain", stage, CORES * value / 3600, "core-hours", formula=f"2 cores x {formula} / 3600"
        )
    hours = sum(CORES * value for value, _ in seconds.values()) / 3600
    yield Line("retrain", "all stages", hours, "core-hours", formula="sum of the stages")
    cores = costs.retrain_nodes * costs.node_cores
    yield Line(
        "retrain",
        "time",
        hours / cores + costs.starts_s / 3600,
        "hours",
        formula="core-hours / (retrain_nodes x node_cores), if every stage scales, + starts_s",
    )


def _memory(demand: Demand, costs: Costs) -> Iterator[Line]:
    """What a stage holds whole, in GiB of one process, and the setting that makes it less."""
    users, items, events = demand.users, demand.items, demand.events_per_day * costs.train_days
    held = (
        (
            "train_sequence: item table in each worker",
            FLOAT * items * (costs.text_width + 5 * costs.width),
            "4 x items x (text_width + 5 x width): weights, two averages of them, two moments",
            "encoder.dimensions, sequence.width",
        ),
        (
            "train_baselines: iALS in one process",
            ials_bytes(Size(users, items, events), costs.factors),
            "16 x events + 4 x factors x (users + items)",
            "baselines.methods without ials",
        ),
        (
            "publish: vectors and the index of users",
            FLOAT * items * (costs.width + costs.text_width) + 40 * users,
            "4 x items x (width + text_width) + 40 x users",
            "encoder.dimensions",
        ),
        (
            "gateway: names and facts of the catalogue",
            costs.gateway_item_bytes * items,
            "gateway_item_bytes x items",
            "fewer items, or more memory a node",
        ),
    )
    for name, size, formula, setting in held:
        yield Line("held whole", name, size / GIB, "GiB", formula=formula, setting=setting)


def _serving(demand: Demand, costs: Costs) -> Iterator[Line]:
    busy = CORES * demand.lists_per_second * (costs.list_s + 2 * costs.search_s)
    cores = busy / costs.list_share
    yield Line(
        "serving",
        "cores",
        cores,
        "cores",
        formula="2 cores x lists/s x (list_s + 2 spaces x search_s) / list_share",
    )
    vectors = FLOAT * demand.items * (costs.width + costs.text_width)
    yield Line("serving", "vectors, mapped", vectors / GIB, "GiB", formula="4 x items x (width + text_width)")
    parts = math.ceil(2 * vectors / GIB / (costs.node_gib / 2))
    yield Line(
        "serving",
        "parts of the catalogue",
        parts,
        "parts",
        formula="vectors and index of them / half of node_gib",
    )
    nodes = max(parts, math.ceil(cores / costs.node_cores))
    yield Line("serving", "nodes", nodes, "nodes", formula="the greater of parts and cores / node_cores")
    table = (costs.user_index_bytes + costs.user_row_bytes) * demand.users
    table += costs.user_event_bytes * demand.events_per_day * costs.train_days
    yield Line(
        "serving",
        "user table on the disk of each gateway",
        table / GIB,
        "GiB",
        formula="(user_index_bytes + user_row_bytes) x users + user_event_bytes x events",
    )
    store = costs.store_event_bytes * demand.events_per_day * costs.store_days
    yield Line(
        "serving", "PostgreSQL", store / GIB, "GiB", formula="store_event_bytes x events a day x store_days"
    )


def _money(demand: Demand, costs: Costs, retrain: list[Line], serving: list[Line]) -> Iterator[Line]:
    yield Line(
        "money",
        "a retrain",
        total(retrain, "all stages") * costs.core_hour_price,
        "money",
        formula="core-hours x core_hour_price",
    )
    nodes, disk = total(serving, "nodes"), total(serving, "PostgreSQL")
    disk += nodes * total(serving, "user table on the disk of each gateway")
    hour = nodes * costs.node_cores * costs.core_hour_price + disk * costs.disk_gib_month_price / 730
    yield Line(
        "money",
        "a thousand lists at the peak",
        hour / (demand.lists_per_second * 3.6),
        "money",
        formula="(nodes x node_cores x core_hour_price"
        " + disk x disk_gib_month_price / 730) / (lists/s x 3.6)",
    )
    yield Line("money", "serving for a month", hour * 730, "money", formula="the same for 730 hours")
