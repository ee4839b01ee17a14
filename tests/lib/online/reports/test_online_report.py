"""The online report against answers that were counted by hand, and its intervals against the formula."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from palate.online import LiveEvent, PostgresStore
from palate.online.impressions import ImpressionStore, ShownItem, ShownList, new_list_id
from palate.online.impressions.intervals import wilson_rate
from palate.online.impressions.report import OnlineReport, last_days, online_report
from palate.online.impressions.shown_list import items_json, list_time
from tests.support.online_helpers import run_with_store

Z = 1.959963984540054
SOURCES = {"a": ("ease",), "b": ("ease", "popular"), "c": ("popular",)}


def shown(user: str, items: Sequence[str], release: str = "r1", arm: str = "") -> ShownList:
    list_id = new_list_id()
    places = [ShownItem(item, score=1.0, sources=dict.fromkeys(SOURCES[item], 0.5)) for item in items]
    return ShownList(
        id=list_id,
        time=list_time(list_id),
        user=user,
        version=0,
        kind="recommend" if user else "search",
        release=release,
        arm=arm,
        items=items_json(places),
    )


def did(id_: str, user: str, item: str, list_id: str | None, kind: str = "click") -> LiveEvent:
    return LiveEvent(id_, user=user, item=item, kind=kind, value=1.0, time=7, list=list_id)


def report_on(url: str, lists: Sequence[ShownList], events: Sequence[LiveEvent]) -> OnlineReport:
    async def body(store: PostgresStore) -> OnlineReport:
        await ImpressionStore(store.database).keep(lists)
        await store.append(events)
        return await online_report(store.database, *last_days(7))

    return run_with_store(url, body)


def test_the_report_is_what_was_counted_by_hand(url: str) -> None:
    ann = shown("ann", "abc", arm="blend:b wide:b")
    ben = shown("ben", "ba", release="r2")
    search = shown("", "c")
    events = [
        did("1", "ann", "a", ann.id),
        did("2", "ann", "a", ann.id),  # the same place again
        did("3", "ann", "a", ann.id, kind="purchase"),
        did("4", "ben", "a", ben.id),
        did("5", "eve", "c", search.id),  # a list of nobody counts for everybody
        did("6", "eve", "b", ben.id),  # another user's list
        did("7", "ann", "c", ben.id),
        did("8", "ben", "c", ben.id),  # not on the list
        did("9", "ann", "b", new_list_id()),  # a list that nobody knows
        did("10", "ann", "b", None),
        did("11", "ann", "b", ann.id, kind="view"),
    ]
    report = report_on(url, [ann, ben, search], events)
    counted = {(row.dimension, row.value): (row.shown, row.clicks, row.conversions) for row in report.rows}
    assert counted == {
        ("all", ""): (6, 3, 1),
        ("release", "r1"): (4, 2, 1),
        ("release", "r2"): (2, 1, 0),
        ("kind", "recommend"): (5, 2, 1),
        ("kind", "search"): (1, 1, 0),
        ("arm", ""): (3, 2, 0),
        ("arm", "blend:b"): (3, 1, 1),
        ("arm", "wide:b"): (3, 1, 1),
        ("source", "ease"): (4, 2, 1),
        ("source", "popular"): (4, 1, 0),
        ("place", "1"): (3, 2, 1),
        ("place", "2"): (2, 1, 0),
        ("place", "3"): (1, 0, 0),
    }
    assert (report.named, report.unknown, report.mismatched) == (10, 1, 3)
    assert report.rows[0].click_rate == wilson_rate(3, 6)


def test_without_lists_the_report_has_one_row_without_shares(embedded_url: str) -> None:
    report = report_on(embedded_url, [shown("ann", "a")._replace(items="[]")], [])
    assert [(row.dimension, row.shown, row.click_rate) for row in report.rows] == [("all", 0, None)]


def test_places_are_in_the_order_of_their_numbers(embedded_url: str) -> None:
    list_id = new_list_id()
    items = items_json(ShownItem(f"i{number}", score=1.0, sources={}) for number in range(11))
    report = report_on(embedded_url, [shown("ann", "a")._replace(id=list_id, items=items)], [])
    places = [row.value for row in report.rows if row.dimension == "place"]
    assert places == [str(number + 1) for number in range(11)]


@given(trials=st.integers(1, 10_000), share=st.floats(0, 1))
def test_the_interval_is_wilsons(trials: int, share: float) -> None:
    successes = round(share * trials)
    rate = wilson_rate(successes, trials)
    assert rate is not None
    p, square = successes / trials, Z**2
    centre = (p + square / (2 * trials)) / (1 + square / trials)
    half = Z / (1 + square / trials) * math.sqrt(p * (1 - p) / trials + square / (4 * trials**2))
    assert rate == pytest.approx((p, centre - half, centre + half), abs=1e-9)


def test_no_trials_have_no_rate() -> None:
    assert wilson_rate(0, 0) is None
