"""Known histories are split at known places."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from palate.data.split import Counts, Cuts, Tally, find_cuts, leave_one_out, merged, time_splitter

USER = np.array([0, 0, 0, 0, 1, 1, 1, 2, 2, 3])
TIME = np.array([1, 2, 3, 9, 1, 8, 9, 4, 5, 9], np.int64)


def tally(shards: list[list[int]]) -> Tally:
    def count(reduce: object) -> Counts:
        return merged([reduce(np.array(times, np.int64)) for times in shards])  # type: ignore[operator]

    return count


def test_leave_one_out_holds_the_last_two_and_short_histories_train() -> None:
    ends = leave_one_out(USER, TIME, 4)
    assert ends.train.tolist() == [2, 1, 2, 1]
    assert ends.validation.tolist() == [3, 2, 2, 1]


def test_global_time_cuts_all_users_at_the_same_times() -> None:
    ends = time_splitter(USER, TIME, 4, Cuts(validation=4, test=9))
    assert ends.train.tolist() == [3, 1, 0, 0]
    assert ends.validation.tolist() == [3, 2, 2, 0]


def test_cuts_leave_the_asked_shares() -> None:
    times = [86_400 * day + day for day in range(10)]
    assert find_cuts(tally([times[::2], times[1::2]]), 0.2, 0.1) == Cuts(times[7], times[9])


def test_a_log_without_events_has_cuts() -> None:
    assert find_cuts(tally([[], []]), 0.1, 0.1) == Cuts(0, 0)


@given(st.lists(st.integers(0, 500_000), min_size=1), st.integers(1, 4))
def test_cuts_are_exact_however_the_events_are_sharded(times: list[int], shards: int) -> None:
    cuts = find_cuts(tally([times[shard::shards] for shard in range(shards)]), 0.2, 0.1)
    ordered = sorted(times)
    # As `find_cuts` subtracts them: 1 - .2 - .1 and 1 - .3 round a half to different sides.
    ranks = [round(len(times) * share) for share in (1 - 0.2 - 0.1, 1 - 0.1)]
    expected = [ordered[min(rank, len(times) - 1)] for rank in ranks]
    assert list(cuts) == expected
