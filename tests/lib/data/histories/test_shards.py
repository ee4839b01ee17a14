"""A shard orders its events, drops doubles, and says why it dropped what it did."""

from __future__ import annotations

import random

import numpy as np
import pyarrow as pa

from palate.config.data import NegativeRule
from palate.data.catalogue import ItemIndex
from palate.data.clean import EventRules, clean_events
from palate.data.hashing import text_hashes
from palate.data.kcore import Core
from palate.data.shards import Shard
from palate.data.split import leave_one_out

IDS = [f"i{number}" for number in range(8)]
ITEMS = ItemIndex(pa.array(IDS), text_hashes(IDS))
ALL = Core(np.ones(8, bool), 1)

Event = tuple[str, str, str, int]


RULES = EventRules(latest_time=1000, negative=(NegativeRule(kinds=("hide",)),))


def shard_of(events: list[Event]) -> Shard:
    rows = [dict(zip(("user", "item", "kind", "time"), event, strict=True)) for event in events]
    return Shard.of(clean_events(pa.Table.from_pylist(rows), RULES, ITEMS), ITEMS)


def test_histories_are_in_the_order_of_users_and_times() -> None:
    shard = shard_of([("b", "i1", "x", 2), ("a", "i2", "x", 5), ("b", "i0", "x", 1), ("a", "i3", "x", 4)])
    table = shard.histories(ALL, leave_one_out).to_table()
    assert table["user"].to_pylist() == ["a", "b"]
    assert table["items"].to_pylist() == [[3, 2], [0, 1]]
    assert table["times"].to_pylist() == [[4, 5], [1, 2]]


def test_events_keep_their_kinds_and_values_in_the_order_of_times() -> None:
    rows = pa.table(
        {
            "user": ["b", "a", "b", "a"],
            "item": ["i1", "i2", "i0", "i7"],
            "kind": ["click", "order", None, "click"],
            "value": [0.5, 2.0, None, 3.0],
            "time": [2, 5, 1, 6],
        }
    )
    shard = Shard.of(clean_events(rows, EventRules(latest_time=1000), ITEMS), ITEMS)
    without = Core(np.array([True] * 7 + [False]), 1)
    table = shard.histories(without, leave_one_out).to_table()
    assert table["kinds"].to_pylist() == [["order"], ["event", "click"]]
    assert table["values"].to_pylist() == [[2.0], [1.0, 0.5]]


def test_exact_doubles_are_refused_and_other_kinds_and_times_are_not() -> None:
    shard = shard_of([("a", "i1", "x", 1), ("a", "i1", "x", 1), ("a", "i1", "y", 1), ("a", "i1", "x", 2)])
    assert len(shard.item) == 3
    assert shard.quarantine(ALL, ITEMS)["reason"].to_pylist() == ["duplicate event"]


def test_ties_do_not_come_in_the_order_of_ids_or_rows() -> None:
    events: list[Event] = [(user, item, "x", 1) for user in "abcdefgh" for item in IDS]
    shuffled = random.Random(0).sample(events, len(events))
    first, second = (shard_of(rows).histories(ALL, leave_one_out) for rows in (events, shuffled))
    assert np.array_equal(first.items, second.items)
    orders = {tuple(row) for row in first.items.reshape(8, 8).tolist()}
    assert len(orders) > 1
    assert tuple(range(8)) not in orders


def test_the_core_names_the_side_that_has_too_few_events() -> None:
    core = Core(np.array([False] + [True] * 7), 2)
    shard = shard_of([("a", "i0", "x", 1), ("a", "i1", "x", 2), ("a", "i2", "x", 3), ("b", "i3", "x", 1)])
    reasons = shard.quarantine(core, ITEMS)
    assert reasons["reason"].to_pylist() == ["item with too few events", "user with too few events"]
    assert '"item": "i0"' in reasons["row"][0].as_py()
    assert shard.histories(core, leave_one_out).items.tolist() == [1, 2]


def test_negative_events_stand_beside_the_history_with_the_events_before_them() -> None:
    events: list[Event] = [("a", "i1", "x", 1), ("a", "i2", "x", 5), ("b", "i3", "x", 2), ("b", "i4", "x", 4)]
    against: list[Event] = [("b", "i5", "hide", 3), ("a", "i6", "hide", 0), ("b", "i1", "hide", 4)]
    found = shard_of(events + against).histories(ALL, leave_one_out)
    assert found.items.tolist() == [1, 2, 3, 4]
    assert found.dislikes is not None
    assert [column.tolist() for column in found.dislikes] == [[0, 1, 3], [6, 5, 1], [0, 1, 2]]


def test_negative_events_of_somebody_without_a_history_are_quarantined_and_none_is_lost() -> None:
    events: list[Event] = [
        ("a", "i1", "x", 1),
        ("a", "i2", "x", 2),
        ("b", "i3", "hide", 1),
        ("a", "i3", "hide", 1),
    ]
    shard, core = shard_of(events), Core(np.ones(8, bool), 2)
    assert shard.quarantine(core, ITEMS)["reason"].to_pylist() == ["user with too few events"]
    histories = shard.histories(core, leave_one_out)
    assert (len(histories.items), histories.n_dislikes) == (2, 1)


def test_a_shard_of_refused_rows_alone_has_no_histories() -> None:
    shard = shard_of([("a", "unknown", "x", 1)])
    assert len(shard.histories(ALL, leave_one_out)) == 0
    assert shard.histories(ALL, leave_one_out).to_table().num_rows == 0
