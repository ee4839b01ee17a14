from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

DASHBOARD = Path(__file__).parents[2] / "deploy" / "grafana" / "palate.json"
COUNTERS = {"palate_requests_total", "palate_cached_total", "palate_events_total", "palate_release_info"}
HISTOGRAMS = {"palate_request_seconds", "palate_stage_seconds"}
SERIES = COUNTERS | {f"{name}_{part}" for name in HISTOGRAMS for part in ("bucket", "sum", "count")}


@pytest.fixture(scope="module")
def dashboard() -> dict[str, Any]:
    return json.loads(DASHBOARD.read_text(encoding="utf-8"))


def expressions(dashboard: dict[str, Any]) -> list[str]:
    return [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]


def test_every_expression_uses_only_metrics_that_the_service_has(dashboard: dict[str, Any]) -> None:
    for expression in expressions(dashboard):
        used = set(re.findall(r"\bpalate_\w+", expression))
        assert used, expression
        assert used <= SERIES


def test_every_metric_is_shown(dashboard: dict[str, Any]) -> None:
    shown = " ".join(expressions(dashboard))
    assert [name for name in COUNTERS | HISTOGRAMS if name not in shown] == []


def test_brackets_of_every_expression_match(dashboard: dict[str, Any]) -> None:
    for expression in expressions(dashboard):
        assert all(expression.count(left) == expression.count(right) for left, right in ["()", "[]", "{}"])


def test_data_source_is_left_to_whoever_imports_it(dashboard: dict[str, Any]) -> None:
    panels = dashboard["panels"]
    assert {panel["datasource"]["uid"] for panel in panels} == {"${datasource}"}
    assert "datasource" in {variable["name"] for variable in dashboard["templating"]["list"]}


def test_panels_do_not_overlap(dashboard: dict[str, Any]) -> None:
    places = [panel["gridPos"] for panel in dashboard["panels"]]
    cells = [
        (x, y)
        for at in places
        for x in range(at["x"], at["x"] + at["w"])
        for y in range(at["y"], at["y"] + at["h"])
    ]
    assert len(cells) == len(set(cells))
    assert max(x for x, _ in cells) < 24
