"""The operator's page: every group with its figure and its interval, escaped, and without a network."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from palate.online.impressions.intervals import wilson_rate
from palate.online.impressions.page import render_online_report
from palate.online.impressions.report import OnlineReport, ReportRow


def row(dimension: str, value: str, shown: int = 200, clicks: int = 20, conversions: int = 2) -> ReportRow:
    rates = (wilson_rate(clicks, shown), wilson_rate(conversions, shown))
    return ReportRow(dimension, value, shown, clicks, conversions, *rates)


ROWS = [
    row("all", ""),
    row("release", "r1"),
    row("arm", ""),
    row("arm", "wide:treatment", clicks=40),
    row("source", "</script><b>x"),
    *(row("place", str(place)) for place in (1, 2, 10)),
]
PAGE = render_online_report(OnlineReport(0, 86_400, ROWS, named=22, unknown=1, mismatched=3))


def figures(page: str) -> dict[str, Any]:
    found = re.findall(r'<script type="application/json" data-figure="(\w+)">(.*?)</script>', page, re.DOTALL)
    return {name: json.loads(text) for name, text in found}


def test_each_dimension_has_a_figure_with_the_intervals() -> None:
    assert list(figures(PAGE)) == ["place", "source", "release", "arm"]
    clicks, conversions = figures(PAGE)["arm"]["data"]
    assert clicks["y"] == ["none", "wide:treatment"]
    assert (clicks["x"], conversions["x"]) == ([0.1, 0.2], [0.01, 0.01])
    rate = wilson_rate(40, 200)
    assert rate is not None
    assert clicks["error_x"]["array"][1] == pytest.approx(rate.high - 0.2)
    assert clicks["error_x"]["arrayminus"][1] == pytest.approx(0.2 - rate.low)


def test_the_table_says_the_same_as_the_figure() -> None:
    rate = wilson_rate(40, 200)
    assert rate is not None
    assert f"<td>40</td><td>20.00% ({rate.low:.2%} to {rate.high:.2%})</td>" in PAGE
    assert "1970-01-01 00:00 to 1970-01-02 00:00 UTC: 200 places shown" in PAGE


def test_what_ids_hold_is_escaped_and_nothing_is_loaded() -> None:
    assert "<b>x" not in PAGE
    assert figures(PAGE)["source"]["data"][0]["y"] == ["</script><b>x"]
    assert not re.search(r'(src|href)="', PAGE.split("<script>")[0])
    assert "default-src 'none'" in PAGE


def test_without_lists_there_is_a_page_all_the_same() -> None:
    page = render_online_report(
        OnlineReport(0, 9, [row("all", "", 0, 0, 0)], named=0, unknown=0, mismatched=0)
    )
    assert figures(page) == {}
    assert "0 places shown" in page
