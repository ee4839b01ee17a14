"""Report page: its template filled with figures, tables and text; everything it shows is escaped."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from palate.evaluate.report.data import ReportData
from palate.evaluate.report.figures import by_accuracy, figures
from palate.evaluate.report.template import render_page
from palate.evaluate.segments import COLD_TARGETS, SHORT_HISTORY
from palate.evaluate.summary import TABLE_METRICS, metric_key

LOWER_IS_BETTER = ("gini",)
NEUTRAL_METRICS = ("popularity_lift",)
"""Metrics of which neither more nor less is better."""

_FOLDER = Path(__file__).parent


def render_report(data: ReportData) -> str:
    """The report as one HTML page with its styles, scripts and figures inside."""
    values = {
        "data": data,
        "metrics": data.metrics,
        "k": data.metrics["k"],
        "methods": by_accuracy(data),
        "columns": _columns(data),
        "best": _best_values(data),
        "headlines": _headlines(data),
        "segments": [name for name in (SHORT_HISTORY, COLD_TARGETS) if name in data.metrics["segments"]],
    }
    return render_page(_FOLDER, values, figures=figures(data))


def _columns(data: ReportData) -> list[str]:
    return [metric_key(name, data.metrics["k"]) for name in TABLE_METRICS]


def _best_values(data: ReportData) -> dict[str, float]:
    """The best value of each column of the table of methods."""
    best = {}
    for name, column in zip(TABLE_METRICS, _columns(data), strict=True):
        values = [measured[column] for measured in data.metrics["methods"].values() if column in measured]
        if name not in NEUTRAL_METRICS:
            best[column] = min(values) if name in LOWER_IS_BETTER else max(values)
    return best


def _headlines(data: ReportData) -> list[dict[str, Any]]:
    """The numbers at the top: what they are, their value, and what to compare it with."""
    metrics, k = data.metrics, data.metrics["k"]
    selected, values = metrics["selected"], metrics["methods"][metrics["selected"]]
    keys = {name: metric_key(name, k) for name in ("ndcg", "hr", "coverage")}
    low, high = metrics["intervals"][selected].get(keys["ndcg"], (None, None))
    interval = "" if low is None else f"95 % interval {low:.4f} to {high:.4f}"
    shown = [
        {"name": keys["ndcg"].upper(), "value": f"{values[keys['ndcg']]:.4f}", "note": interval},
        {
            "name": f"Found in the first {k}",
            "value": f"{values[keys['hr']]:.1%}",
            "note": "of the users, at least one held-out item",
        },
        {
            "name": "Catalogue reached",
            "value": f"{values[keys['coverage']]:.0%}",
            "note": f"of {metrics['items']:,} items recommended to somebody",
        },
    ]
    return shown + _cold_headline(metrics.get("cold", {}))


def _cold_headline(cold: dict[str, Any]) -> list[dict[str, Any]]:
    if "ratio" not in cold:
        return []
    note = f"recall of {cold.get('cold_items', 0):,} items that no one had touched, against chance"
    return [{"name": "New items", "value": f"{cold['ratio']:.1f} times", "note": note}]
