"""Layers give what a copy with the changed rows in it would give."""

from __future__ import annotations

import operator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from palate.live.layered import JoinedMapping, JoinedSequence, JoinedSet, LayeredArray, LayeredSequence

CHANGES = st.dictionaries(st.integers(0, 12), st.integers(100, 200), max_size=6)


@given(size=st.integers(0, 8), changes=CHANGES, data=st.data())
def test_rows_are_those_of_a_changed_copy(size: int, changes: dict[int, int], data: st.DataObject) -> None:
    base = np.arange(size)
    copy = {**dict(enumerate(base.tolist())), **changes}
    indices = np.array(sorted(changes), np.int32)
    layered = LayeredArray(base, indices, np.array([changes[index] for index in sorted(changes)], np.int64))
    sequence = LayeredSequence(base.tolist(), changes)
    if copy:
        asked = data.draw(st.lists(st.sampled_from(sorted(copy)), max_size=9))
        assert layered[np.array(asked, np.int64)].tolist() == [copy[item] for item in asked]
        assert [sequence[item] for item in asked] == [copy[item] for item in asked]
    assert len(sequence) == size + sum(index >= size for index in changes)
    assert base.tolist() == list(range(size))


def test_an_item_of_neither_layer_is_an_error() -> None:
    layered = LayeredArray(np.arange(3), np.array([5], np.int32), np.array([50]))
    assert layered[np.array([1, 5])].tolist() == [1, 50]
    with pytest.raises(IndexError):
        layered[np.array([4])]


def test_what_is_joined_holds_both_parts() -> None:
    assert list(JoinedSequence([1, 2], [3])) == [1, 2, 3]
    joined = JoinedSet({1, 2}, {2, 3})
    assert (set(joined), len(joined), 3 in joined, 4 in joined) == ({1, 2, 3}, 3, True, False)
    counts = JoinedMapping({"a": 1, "b": 2}, {"b": 3, "c": 4}, operator.add)
    assert dict(counts) == {"a": 1, "b": 5, "c": 4}
    assert counts.get("d") is None
