"""Figures of a study; a colour is the name of one in the report's style sheet."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from palate.simulate.policies import LIVE
from palate.simulate.sensitivity import Variation
from palate.simulate.study import SATISFACTION, StudyResult

COURSES = {
    "satisfaction": (SATISFACTION, "Satisfaction of the round a person"),
    "retention": ("retention", "Share of the people still there"),
    "precision": ("precision", "Share of shown items that would satisfy"),
    "coverage": ("coverage", "Share of the catalogue shown so far"),
    "gini": ("gini", "Gini of the exposure so far"),
    "variety": ("variety", "Entropy of a person's topics, bits"),
}
"""By the figure's name in the page, the measure and the title of its axis."""
SERIES = 8


def study_figures(result: StudyResult, variations: Sequence[Variation]) -> dict[str, go.Figure]:
    """Every figure by its name in the page."""
    figures = {name: _course(result, measure, title) for name, (measure, title) in COURSES.items()}
    return figures | ({"sensitivity": _sensitivity(variations)} if variations else {})


def _course(result: StudyResult, measure: str, title: str) -> go.Figure:
    figure = go.Figure()
    for number, name in enumerate(result.courses, start=1):
        values = result.course(name, measure).mean(axis=0)
        color = f"var(--series-{number})" if number <= SERIES else "var(--muted)"
        figure.add_scatter(
            x=list(range(1, len(values) + 1)),
            y=values.tolist(),
            name=name,
            mode="lines",
            line={"color": color, "width": 4 if name == LIVE else 2},
        )
    figure.update_xaxes(title="Round")
    figure.update_yaxes(title=title)
    return figure


def _sensitivity(variations: Sequence[Variation]) -> go.Figure:
    rows = variations[::-1]
    gains = [row.gain for row in rows]
    figure = go.Figure(
        go.Scatter(
            x=[gain.mean for gain in gains],
            y=[f"{row.parameter} = {row.value:g}" for row in rows],
            mode="markers",
            marker={"color": "var(--accent)", "size": 9},
            error_x={"type": "data", "array": [gain.high - gain.mean for gain in gains]},
        )
    )
    figure.update_layout(height=80 + 22 * len(rows))
    figure.update_xaxes(title="Gain by live histories", tickformat=".0%")
    return figure
