import pytest

from benchmarks.quality.speed import Course, compared, table

OURS = Course([0.01, 0.05, 0.04], [10.0, 20.0, 30.0], 3, "patience")
THEIRS = Course([0.02, 0.04], [100.0, 200.0], 2, "seconds")
BETTER = Course([0.06], [50.0], 1, "epochs")


def test_time_counts_to_the_first_that_is_as_good():
    assert OURS.seconds_to(0.04) == 20.0
    assert OURS.seconds_to(0.01) == 10.0
    assert OURS.seconds_to(0.07) is None


def test_each_peer_is_compared_where_it_was_best():
    rows = compared({"ours": OURS, "theirs": THEIRS}, 600)
    assert rows["theirs"]["events_a_second"] == 6
    assert rows["theirs"]["times_as_fast"] == pytest.approx(10.0)
    assert rows["ours"]["times_as_fast"] == 1.0
    assert rows["ours"]["events_a_second"] == 60


def test_a_quality_that_was_never_reached_is_said():
    rows = compared({"ours": OURS, "better": BETTER}, 600)
    assert rows["better"]["times_as_fast"] is None
    assert table(rows).splitlines()[-1].endswith("| never | never |")
