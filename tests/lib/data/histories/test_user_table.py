"""A user is looked up in mapped files, and is who they were in the shards."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from palate.data.hashing import text_hash
from palate.data.histories import Dislikes, Histories
from palate.data.user_table import build, lookup, open_user_table, write_user_table
from palate.storage import Folder


def block(users: Sequence[str], lengths: Sequence[int]) -> Histories:
    """Users with so many events each, every second of another kind, who dislike as many items."""
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    items = np.arange(offsets[-1], dtype=np.int32)
    codes = items % 2
    return Histories(
        users=pa.array(users, pa.string()),
        offsets=offsets,
        items=items,
        times=items.astype(np.int64) * 7,
        train_end=np.diff(offsets).astype(np.int32),
        validation_end=np.diff(offsets).astype(np.int32),
        kinds=pa.DictionaryArray.from_arrays(codes, ["watch", "like"]),
        values=items.astype(np.float32) / 2,
        dislikes=Dislikes(offsets, items + 1, codes),
    )


def assert_same_user(table: lookup.UserTable, block: Histories, row: int) -> None:
    found = table.find(str(block.users[row]))
    assert found is not None
    assert found.histories.whole(found.row).items.tolist() == block.whole(row).items.tolist()
    assert found.histories.whole(found.row).times.tolist() == block.whole(row).times.tolist()
    assert found.histories.whole(found.row).feedback == block.whole(row).feedback
    assert found.histories.disliked(found.row).tolist() == block.disliked(row).tolist()
    assert found.histories.older(found.row, 1).tolist() == block.older(row, 1).tolist()


@settings(max_examples=30, deadline=None)
@given(
    users=st.lists(st.text(max_size=4), unique=True, max_size=12),
    cuts=st.lists(st.integers(0, 12), max_size=3),
    lengths=st.lists(st.integers(1, 4), min_size=12, max_size=12),
)
def test_everybody_is_found_as_they_were_however_the_shards_are_cut(
    users: list[str], cuts: list[int], lengths: list[int]
) -> None:
    bounds = [0, *sorted(min(cut, len(users)) for cut in cuts), len(users)]
    blocks = [block(users[start:end], lengths[start:end]) for start, end in pairwise(bounds)]
    with TemporaryDirectory() as folder:
        write_user_table(Folder(folder), (shard.to_table() for shard in blocks))
        table = lookup.UserTable(Folder(folder))
        assert len(table) == len(users)
        assert table.drawn(5) == sorted(users, key=text_hash)[:5]
        assert table.find("nobody at all") is None
        for shard in blocks:
            for row in range(len(shard)):
                assert_same_user(table, shard, row)


def test_two_users_with_one_key_are_told_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (build, lookup):
        monkeypatch.setattr(module, "leading_hashes", lambda users: np.zeros(len(users), np.uint64))
    everybody = block(["a", "b", "c"], [1, 2, 3])
    write_user_table(Folder(str(tmp_path)), [everybody.to_table()])
    table = lookup.UserTable(Folder(str(tmp_path)))
    for row in range(3):
        assert_same_user(table, everybody, row)
    assert table.find("d") is None


def test_histories_are_views_of_the_file_and_no_copies(tmp_path: Path) -> None:
    write_user_table(Folder(str(tmp_path)), [block(["a"], [3]).to_table()])
    found = lookup.UserTable(Folder(str(tmp_path))).find("a")
    assert found is not None
    assert not found.histories.items.flags.writeable
    assert not found.histories.times.flags.writeable


def test_a_release_of_before_there_were_tables_gets_one_of_its_shards(tmp_path: Path) -> None:
    everybody = block(["a", "b"], [1, 2])
    old = everybody.to_table().drop_columns(["kinds", "values", "disliked", "disliked_after"])
    Folder(str(tmp_path)).write_table("histories/part-00000.parquet", old)
    table = open_user_table(Folder(str(tmp_path)), "histories")
    found = table.find("b")
    assert found is not None
    assert found.histories.whole(found.row).items.tolist() == [1, 2]
    assert found.histories.disliked(found.row).tolist() == []
    assert Folder(str(tmp_path)).folders() == ["histories"]
