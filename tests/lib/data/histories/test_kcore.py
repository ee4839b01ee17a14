"""The k-core found from counts of shards is the one found by brute force."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from palate.data.kcore import Core, find_core

ITEMS = 6
EVENTS = st.lists(st.tuples(st.integers(0, 7), st.integers(0, ITEMS - 1)), max_size=40)


def brute_force(events: list[tuple[int, int]], users: int, items: int) -> list[tuple[int, int]]:
    while True:
        by_user, by_item = ([event[side] for event in events] for side in (0, 1))
        kept = [(u, i) for u, i in events if by_user.count(u) >= users and by_item.count(i) >= items]
        if kept == events:
            return kept
        events = kept


def keeps(shard: list[tuple[int, int]], core: Core) -> NDArray[np.bool_]:
    pairs = np.array(shard, np.int64).reshape(-1, 2)
    return core.keeps(pairs[:, 0], pairs[:, 1].astype(np.int32))


@given(EVENTS, st.integers(1, 4), st.integers(0, 4), st.integers(1, 3))
def test_the_core_is_that_of_brute_force(
    events: list[tuple[int, int]], min_user: int, min_item: int, n_shards: int
) -> None:
    shards = [[event for event in events if event[0] % n_shards == shard] for shard in range(n_shards)]

    def count(core: Core) -> NDArray[np.int64]:
        kept = [
            item
            for shard in shards
            for (_, item), keep in zip(shard, keeps(shard, core), strict=True)
            if keep
        ]
        return np.bincount(kept, minlength=ITEMS).astype(np.int64) if kept else np.zeros(ITEMS, np.int64)

    core = find_core(ITEMS, min_user, min_item, count)
    found = [event for shard in shards for event, keep in zip(shard, keeps(shard, core), strict=True) if keep]
    assert sorted(found) == sorted(brute_force(events, min_user, min_item))
