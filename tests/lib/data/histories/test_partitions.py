"""What is written for a shuffle comes back whole, with all rows of a user in one place."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from palate.data.files.partitions import (
    PartitionFile,
    partition_of,
    partition_order,
    read_partition,
    write_partitions,
)
from palate.storage import Folder

PARTITIONS = 3

Rows = list[tuple[str, int]]


def table_of(users: Sequence[str], first_number: int = 0) -> pa.Table:
    coded = pa.array(users, pa.string()).dictionary_encode()
    return pa.table({"user": coded, "number": [first_number + row for row in range(len(users))]})


def rows_of(table: pa.Table) -> Rows:
    return [(row["user"], row["number"]) for row in table.to_pylist()]


def write(folder: Folder, blocks: Sequence[Sequence[str]]) -> list[PartitionFile]:
    return [
        write_partitions(folder, f"{number}.arrow", table_of(users, 100 * number), PARTITIONS)
        for number, users in enumerate(blocks)
    ]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(str(tmp_path))


@settings(max_examples=25)
@given(st.lists(st.lists(st.sampled_from("abcdefg"), min_size=1), min_size=1, max_size=3))
def test_every_row_comes_back_once_beside_all_others_of_its_user(blocks: list[list[str]]) -> None:
    with TemporaryDirectory() as place:
        files = write(Folder(place), blocks)
        found = {
            partition: rows_of(read_partition(Folder(place), files, partition))
            for partition in partition_order(files)
        }
    written = [row for number, users in enumerate(blocks) for row in rows_of(table_of(users, 100 * number))]
    assert sorted(row for rows in found.values() for row in rows) == sorted(written)
    owners = [{(user, partition) for user, _ in rows} for partition, rows in found.items()]
    assert len(set[tuple[str, int]]().union(*owners)) == len({user for user, _ in written})


def test_a_user_has_the_same_partition_in_every_version() -> None:
    # Another hash would make other shards, and with them another course of every training.
    users = pa.array(["ann", "bob", "u000001", "", "Zoë", "用户"])
    expected = [521, 993, 575, 501, 73, 521]
    assert partition_of(users, 1000).tolist() == expected
    assert [int(partition_of(users.slice(row, 1), 1000)[0]) for row in range(6)] == expected


def test_rows_stay_in_their_order_and_files_in_theirs(folder: Folder) -> None:
    files = write(folder, ["aba", "ba"])
    (partition,) = {int(owner) for owner in partition_of(pa.array(["a"]), PARTITIONS)}
    rows = rows_of(read_partition(folder, files, partition))
    assert [number for user, number in rows if user == "a"] == [0, 2, 101]


def test_partitions_stand_in_the_order_of_their_first_users_and_empty_ones_are_left_out(
    folder: Folder,
) -> None:
    (file,) = write(folder, ["a"])
    assert sum(end > start for start, end in zip(file.offsets, file.offsets[1:], strict=False)) == 1
    assert len(partition_order([file])) == 1
    two = [
        PartitionFile("x", [], ["m", None, "c", None]),
        PartitionFile("y", [], ["b", None, "d", "z"]),
    ]
    assert partition_order(two) == [0, 2, 3]


def test_a_partition_knows_none_but_its_own_users(folder: Folder) -> None:
    files = write(folder, ["abcdefg"])
    for partition in partition_order(files):
        users = read_partition(folder, files, partition)["user"].combine_chunks()
        assert sorted(users.dictionary.to_pylist()) == sorted(set(users.to_pylist()))
