"""Figures of the online report: shares with their intervals, a figure for each way to tell lists apart."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from palate.online.impressions.intervals import Rate
from palate.online.impressions.report import ReportRow

TITLES = {
    "place": "Place on the list",
    "source": "Source that nominated the item",
    "release": "Release",
    "arm": "Arm of an experiment",
    "kind": "Kind of list",
}
"""Dimensions of the report as an operator reads them, in the order of the page."""
RATES = {
    "click_rate": ("Click-through", "var(--series-1)"),
    "conversion_rate": ("Conversion", "var(--series-2)"),
}
ROW_PIXELS, FRAME_PIXELS = 44, 110


def rate_figure(rows: Sequence[ReportRow]) -> go.Figure:
    """Click-through and conversion of the groups of one dimension, the first on top."""
    figure = go.Figure()
    for field, (name, colour) in RATES.items():
        rates = [(value_name(row.value), getattr(row, field)) for row in rows if getattr(row, field)]
        figure.add_trace(_dots(name, colour, rates))
    figure.update_xaxes(
        title="Share of the places shown, with 95 % intervals", tickformat=".1%", rangemode="tozero"
    )
    figure.update_yaxes(range=[len(rows) - 0.5, -0.5], type="category")
    figure.update_layout(height=FRAME_PIXELS + ROW_PIXELS * len(rows))
    return figure


def value_name(value: str) -> str:
    """A group as the page names it; lists of no arm have none."""
    return value or "none"


def _dots(name: str, colour: str, rates: Sequence[tuple[str, Rate]]) -> go.Scatter:
    shares = [rate.share for _, rate in rates]
    above = [rate.high - rate.share for _, rate in rates]
    below = [rate.share - rate.low for _, rate in rates]
    return go.Scatter(
        x=shares,
        y=[value for value, _ in rates],
        name=name,
        mode="markers",
        marker={"color": colour, "size": 9},
        error_x={"type": "data", "symmetric": False, "array": above, "arrayminus": below, "color": colour},
    )
