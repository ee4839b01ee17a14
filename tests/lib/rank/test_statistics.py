"""What histories tell of items is counted by hand here."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import save

from palate.data.histories import Histories
from palate.errors import PalateError
from palate.rank.statistics import PAIRS, PRIOR, ItemStatistics, learn_statistics, pair_counts
from palate.rank.store import STATISTICS, load_statistics
from palate.storage import Folder


def block_of(*histories: list[int]) -> Histories:
    """Users of whom all but the last event is learned from."""
    lengths = [len(items) for items in histories]
    return Histories(
        users=pa.array([f"u{number}" for number in range(len(histories))], pa.string()),
        offsets=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        items=np.array([item for items in histories for item in items], np.int32),
        times=np.arange(sum(lengths)),
        train_end=np.array(lengths, np.int32) - 1,
        validation_end=np.array(lengths, np.int32),
    )


BLOCK = block_of([0, 1, 2, 3, 4], [2, 1, 2, 4], [3, 4])


def dense(statistics: ItemStatistics, name: str) -> list[list[float]]:
    found: list[list[float]] = getattr(statistics, name).toarray().tolist()
    return found


def test_pairs_are_counted_in_their_order_and_near_each_other() -> None:
    found = learn_statistics([BLOCK], 5)
    assert dense(found, "next_counts") == [
        [0, 1, 0, 0, 0], [0, 0, 2, 0, 0], [0, 1, 0, 1, 0], [0, 0, 0, 0, 0], [0, 0, 0, 0, 0],
    ]  # fmt: skip
    # Items 1 and 2 are near each other three times, and 2 is once near itself, which counts from both ends.
    assert dense(found, "window_counts") == [
        [0, 1, 1, 1, 0], [1, 0, 3, 1, 0], [1, 3, 2, 1, 0], [1, 1, 1, 0, 0], [0, 0, 0, 0, 0],
    ]  # fmt: skip


def test_places_are_means_drawn_towards_those_of_all_items() -> None:
    found = learn_statistics([BLOCK], 5)
    # Learned from are 0 1 2 3, 2 1 2 and 3: eight events, three of them openings, in the middle on average.
    sums, counts = np.array([0, 1 / 3 + 0.5, 2 / 3 + 1, 1.5, 0]), np.array([1, 2, 3, 2, 0])
    assert found.mean_position == pytest.approx((sums + PRIOR * 0.5) / (counts + PRIOR))
    first_share = np.array([1, 0, 1, 1, 0])
    assert found.first_share == pytest.approx((first_share + PRIOR * 3 / 8) / (counts + PRIOR))


@given(st.lists(st.lists(st.integers(0, 5), min_size=1, max_size=8), max_size=6), st.integers(0, 6))
def test_blocks_add_up_to_the_whole(histories: list[list[int]], cut: int) -> None:
    whole = learn_statistics([block_of(*histories)], 6)
    parts = learn_statistics([block_of(*histories[:cut]), block_of(*histories[cut:])], 6)
    assert parts.mean_position == pytest.approx(whole.mean_position)
    assert parts.first_share == pytest.approx(whole.first_share)
    assert dense(parts, "next_counts") == dense(whole, "next_counts")
    assert dense(parts, "window_counts") == dense(whole, "window_counts")


def test_the_most_frequent_pairs_are_kept() -> None:
    items = PAIRS + 20
    often = [number for number in range(1, items) for _ in range(2 if number > 19 else 1)]
    found = learn_statistics([block_of(*([0, other, 0] for other in often))], items)
    assert found.next_counts[0].indices.tolist() == list(range(20, items))


def test_counts_are_looked_up_for_known_and_unknown_pairs() -> None:
    next_counts = learn_statistics([BLOCK], 5).next_counts
    wanted = np.array([4, 3, 1, 1], np.int32)
    assert pair_counts(next_counts, 2, wanted).tolist() == [0, 1, 1, 1]
    assert pair_counts(next_counts, 4, wanted).tolist() == [0, 0, 0, 0]


def test_statistics_survive_a_round_trip_and_damage_is_told(tmp_path: Path) -> None:
    folder, learned = Folder(str(tmp_path)), learn_statistics([BLOCK], 5)
    with pytest.raises(PalateError, match="train_reranker"):
        load_statistics(folder)
    folder.write_bytes(STATISTICS, save(learned.state()))
    found = load_statistics(folder)
    assert found.mean_position.tolist() == learned.mean_position.tolist()
    assert dense(found, "window_counts") == dense(learned, "window_counts")
    folder.write_bytes(STATISTICS, save({"lateness": learned.mean_position}))
    with pytest.raises(PalateError, match="train_reranker"):
        load_statistics(folder)


def test_new_items_have_what_an_item_without_events_has() -> None:
    statistics = learn_statistics([BLOCK], 6)
    events = np.bincount([0, 1, 2, 3, 2, 1, 2, 3], minlength=6).astype(np.float32)
    new = np.array([6, 9], np.int32)
    grown = statistics.with_new_items(new, events)
    for name in ("mean_position", "first_share"):
        without_events, values = getattr(statistics, name)[5], getattr(grown, name)
        assert values[new] == pytest.approx([without_events] * 2, abs=1e-6)
        assert values[np.array([0, 3])].tolist() == getattr(statistics, name)[[0, 3]].tolist()
    assert pair_counts(grown.next_counts, 9, np.array([0, 9], np.int32)).tolist() == [0, 0]
