"""Operator's page: the online report as one HTML file without a network, in the style of the others."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from palate.evaluate.report.template import render_page
from palate.online.impressions.figures import TITLES, rate_figure, value_name
from palate.online.impressions.intervals import Rate
from palate.online.impressions.report import OnlineReport


def render_online_report(report: OnlineReport) -> str:
    """The page as text, with its styles, scripts and figures inside; everything it shows is escaped."""
    groups = {name: [row for row in report.rows if row.dimension == name] for name in TITLES}
    shown = {name: rows for name, rows in groups.items() if rows}
    values = {
        "report": report,
        "whole": next(row for row in report.rows if row.dimension == "all"),
        "groups": shown,
        "titles": TITLES,
    }
    filters: dict[str, Callable[..., str]] = {"rate": _rate_text, "named": value_name, "day": _moment}
    figures = {name: rate_figure(rows) for name, rows in shown.items()}
    return render_page(Path(__file__).parent, values, figures=figures, filters=filters)


def _moment(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(" ", "minutes").removesuffix("+00:00")


def _rate_text(rate: Rate | None) -> str:
    return "" if rate is None else f"{rate.share:.2%} ({rate.low:.2%} to {rate.high:.2%})"
