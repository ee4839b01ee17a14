import numpy as np

from palate.sequence.network.time_gaps import TIME_GAP_BUCKETS, time_gap_buckets


def test_a_gap_falls_into_the_bucket_of_its_power_of_two():
    times = np.cumsum([100, 0, 1, 2, 3, 4, 1024])
    assert time_gap_buckets(times).tolist() == [0, 0, 1, 2, 2, 3, 11]


def test_an_absurd_gap_falls_into_the_last_bucket():
    assert time_gap_buckets(np.array([0, 2**62])).tolist() == [0, TIME_GAP_BUCKETS - 1]


def test_an_empty_history_has_no_gaps():
    assert time_gap_buckets(np.zeros(0, np.int64)).tolist() == []
