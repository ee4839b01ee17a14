"""The benchmark of updates lets events arrive in their order, with and without times."""

import pyarrow as pa

from benchmarks.loop.updates import arrived

EVENTS = pa.table(
    {"user": ["b", "a", "b", "a", "c", "b"], "time": [0, 7, 9, 2, 1, 4], "item": list("uvwxyz")}
)


def test_with_times_the_order_is_theirs() -> None:
    assert arrived(EVENTS, has_clock=True)["item"].to_pylist() == list("uyxzvw")


def test_without_times_nobody_s_events_change_their_order_and_none_is_lost() -> None:
    rows = arrived(EVENTS, has_clock=False).to_pylist()
    assert sorted(row["item"] for row in rows) == sorted(EVENTS["item"].to_pylist())
    for user, items in (("a", "xv"), ("b", "uzw"), ("c", "y")):
        assert [row["item"] for row in rows if row["user"] == user] == list(items)


def test_without_times_the_order_is_the_same_again() -> None:
    assert arrived(EVENTS, has_clock=False).equals(arrived(EVENTS, has_clock=False))
