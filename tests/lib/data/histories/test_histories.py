"""Histories go to a table and back, with the kinds and values of their events if there are any."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from palate.data.histories import Dislikes, Feedback, Histories, Part
from palate.schema import HISTORIES_SCHEMA

KINDS = ["click", "order", "click", "click", "order"]
VALUES = [0.5, 1.0, 1.5, 2.0, 2.5]


@pytest.fixture
def bare() -> Histories:
    """Two users with three and two events, of whose kinds nothing is known."""
    return Histories(
        users=pa.array(["a", "b"]),
        offsets=np.array([0, 3, 5]),
        items=np.arange(5, dtype=np.int32),
        times=np.arange(5, dtype=np.int64),
        train_end=np.array([1, 0], np.int32),
        validation_end=np.array([2, 1], np.int32),
    )


@pytest.fixture
def block(bare: Histories) -> Histories:
    return replace(bare, kinds=pa.array(KINDS).dictionary_encode(), values=np.array(VALUES, np.float32))


def test_kinds_and_values_survive_a_round_trip(block: Histories) -> None:
    table = block.to_table()
    assert table.schema == HISTORIES_SCHEMA
    assert table["kinds"].to_pylist() == [KINDS[:3], KINDS[3:]]
    found = Histories.from_table(table.slice(1))
    assert found.held_out(0, "validation").feedback == [Feedback("click", 2.0)]
    assert found.held_out(0, "test").feedback == [Feedback("order", 2.5)]


def test_signals_go_with_the_targets(block: Histories) -> None:
    assert block.targets(0, "test").tolist() == [2]
    assert block.held_out(0, "test").feedback == [Feedback("click", 1.5)]
    assert block.held_out(0, "validation").feedback == [Feedback("order", 1.0)]


def test_unknown_kinds_and_values_are_written_as_the_defaults(bare: Histories) -> None:
    assert bare.held_out(1, "test").feedback == [Feedback("event", 1.0)]
    table = bare.to_table()
    assert table["kinds"].to_pylist() == [["event"] * 3, ["event"] * 2]
    assert table["values"].to_pylist() == [[1.0] * 3, [1.0] * 2]


def test_a_table_without_kinds_and_values_can_be_read(block: Histories) -> None:
    found = Histories.from_table(block.to_table().drop_columns(["kinds", "values"]))
    assert (found.kinds, found.values) == (None, None)
    assert found.held_out(0, "test").feedback == [Feedback("event", 1.0)]


def test_dislikes_survive_a_round_trip_and_only_earlier_ones_are_for_training(block: Histories) -> None:
    offsets, items, after = np.array([0, 2, 3]), np.array([7, 8, 9]), np.array([1, 2, 0])
    dislikes = Dislikes(offsets, items.astype(np.int32), after.astype(np.int32))
    found = Histories.from_table(replace(block, dislikes=dislikes).to_table())
    assert [found.disliked(user).tolist() for user in range(2)] == [[7, 8], [9]]
    assert [column.tolist() for column in found.train_dislikes(0)] == [[7], [1]]
    assert (found.n_dislikes, found.n_train_dislikes) == (3, 2)
    later = found.learned_until("validation")
    assert later.n_train_dislikes == 3
    assert [column.tolist() for column in later.train_dislikes(0)] == [[7, 8], [1, 2]]


def test_no_users_make_an_empty_table(block: Histories) -> None:
    found = Histories.from_table(block.to_table().slice(0, 0))
    assert found.to_table().num_rows == 0
    assert found.to_table().schema == HISTORIES_SCHEMA


@pytest.mark.parametrize(("last", "learned"), [("validation", [2, 1]), ("test", [3, 2])])
def test_models_can_learn_up_to_the_end_of_a_held_out_part(
    bare: Histories, last: Part, learned: list[int]
) -> None:
    found = bare.learned_until(last)
    assert [len(history.items) for history in found.trains()] == learned
    assert [len(found.targets(user, "validation")) for user in range(2)] == [0, 0]
    left = [] if last == "test" else [2]
    assert found.targets(0, "test").tolist() == left
