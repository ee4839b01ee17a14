"""Operator's page: the online report as one HTML file without a network, in the style of the others."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import jinja2
from markupsafe import Markup
from plotly.offline import get_plotlyjs

import palate.evaluate.report as evaluation_report
from palate.online.impressions.figures import TITLES, rate_figure, value_name
from palate.online.impressions.intervals import Rate
from palate.online.impressions.report import OnlineReport

_STYLE = Path(evaluation_report.__file__).parent


def render_online_report(report: OnlineReport) -> str:
    """The page as text, with its styles, scripts and figures inside; everything it shows is escaped."""
    loader = jinja2.FileSystemLoader(Path(__file__).parent)
    environment = jinja2.Environment(autoescape=True, loader=loader, undefined=jinja2.StrictUndefined)
    environment.filters |= {"rate": _rate_text, "named": value_name, "day": _moment}
    groups = {name: [row for row in report.rows if row.dimension == name] for name in TITLES}
    shown = {name: rows for name, rows in groups.items() if rows}
    # No figure's text may end the script element that holds it.
    figures = {
        name: Markup(rate_figure(rows).to_json().replace("<", "\\u003c")) for name, rows in shown.items()
    }
    return environment.get_template("page.html").render(
        report=report,
        whole=next(row for row in report.rows if row.dimension == "all"),
        groups=shown,
        titles=TITLES,
        figures=figures,
        style=Markup((_STYLE / "style.css").read_text(encoding="utf-8")),
        script=Markup((_STYLE / "charts.js").read_text(encoding="utf-8")),
        plotly=Markup(get_plotlyjs()),
    )


def _moment(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(" ", "minutes").removesuffix("+00:00")


def _rate_text(rate: Rate | None) -> str:
    return "" if rate is None else f"{rate.share:.2%} ({rate.low:.2%} to {rate.high:.2%})"
