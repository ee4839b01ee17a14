"""Report figures; a colour is the name of one in the style sheet, filled in by the page's theme."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from palate.evaluate.report.data import ReportData
from palate.evaluate.segments import length_classes
from palate.evaluate.summary import metric_key

SERIES = 8
"""Colours that can be told apart; methods beyond them share a grey."""

ACCENT, MUTED, SURFACE = "var(--accent)", "var(--muted)", "var(--surface)"


def figures(data: ReportData) -> dict[str, go.Figure]:
    """Every figure that there is data for, by its name in the page."""
    k = data.metrics["k"]
    made = {
        "accuracy": accuracy_bars(data),
        "coverage": accuracy_against(data, metric_key("coverage", k), "Share of the catalogue recommended"),
        "novelty": accuracy_against(data, metric_key("novelty", k), "Novelty, bits per recommended item"),
        "lengths": by_history_length(data),
        "lorenz": lorenz(data) if data.lorenz else None,
        "training": training(data) if data.training_curve else None,
    }
    return {name: figure for name, figure in made.items() if figure is not None}


def by_accuracy(data: ReportData) -> list[str]:
    """The methods, best NDCG first."""
    methods, key = data.metrics["methods"], metric_key("ndcg", data.metrics["k"])
    return sorted(methods, key=lambda method: -methods[method][key])


def accuracy_bars(data: ReportData) -> go.Figure:
    """NDCG of every method with its confidence interval."""
    key = metric_key("ndcg", data.metrics["k"])
    # Plotly draws bars from below.
    methods = by_accuracy(data)[::-1]
    values = [data.metrics["methods"][method][key] for method in methods]
    figure = go.Figure(
        go.Bar(
            x=values,
            y=methods,
            orientation="h",
            marker={"color": _emphasis(data, methods), "cornerradius": 4},
            error_x=_error_bars(data, methods, key, values),
            hovertemplate="%{y}: %{x:.4f}<extra></extra>",
        )
    )
    figure.update_layout(height=60 + 38 * len(methods), bargap=0.45)
    figure.update_xaxes(title=key.upper(), rangemode="tozero")
    return figure


def accuracy_against(data: ReportData, key: str, title: str) -> go.Figure:
    """NDCG of every method against another of its metrics."""
    ndcg = metric_key("ndcg", data.metrics["k"])
    figure = go.Figure()
    for method in by_accuracy(data):
        values = data.metrics["methods"][method]
        selected = method == data.metrics["selected"]
        edge = {"width": 2, "color": SURFACE}
        figure.add_scatter(
            x=[values[key]],
            y=[values[ndcg]],
            name=method,
            mode="markers",
            marker={"size": 18 if selected else 12, "color": _color(data, method), "line": edge},
            hovertemplate=f"%{{x:.3f}}, {ndcg.upper()} %{{y:.4f}}",
        )
    figure.update_xaxes(title=title)
    figure.update_yaxes(title=ndcg.upper(), rangemode="tozero")
    return figure


def by_history_length(data: ReportData) -> go.Figure:
    """NDCG of every method by the number of events in the history."""
    key, segments = metric_key("ndcg", data.metrics["k"]), data.metrics["segments"]
    classes = [name for name in length_classes() if name in segments]
    labels = [f"{name}<br>{segments[name]['users']:,} users" for name in classes]
    figure = go.Figure()
    for method in by_accuracy(data):
        values = [segments[name]["methods"][method][key] for name in classes]
        figure.add_scatter(x=labels, y=values, name=method, mode="lines+markers", line=_line(data, method))
    figure.update_xaxes(title="Events in the history", type="category")
    figure.update_yaxes(title=key.upper(), rangemode="tozero")
    return figure


def lorenz(data: ReportData) -> go.Figure:
    """Share of the recommendations by share of the items, least shown first."""
    shares = [point / 100 for point in range(101)]
    even = {"color": MUTED, "dash": "dot", "width": 1}
    figure = go.Figure(go.Scatter(x=[0, 1], y=[0, 1], name="all alike", mode="lines", line=even))
    for method in by_accuracy(data):
        figure.add_scatter(
            x=shares, y=data.lorenz[method], name=method, mode="lines", line=_line(data, method)
        )
    figure.update_xaxes(title="Share of the items, least recommended first", tickformat=".0%")
    figure.update_yaxes(title="Share of the recommendations", tickformat=".0%")
    return figure


def training(data: ReportData) -> go.Figure:
    """Validation NDCG of the sequence model by epoch."""
    curve = data.training_curve
    epochs = list(range(1, len(curve) + 1))
    best = max(epochs, key=lambda epoch: curve[epoch - 1])
    line = {"color": ACCENT, "width": 2}
    figure = go.Figure(go.Scatter(x=epochs, y=curve, mode="lines+markers", line=line, name="validation"))
    figure.add_annotation(x=best, y=curve[best - 1], text=f"best: epoch {best}", showarrow=True, ay=-30)
    figure.update_xaxes(title="Epoch", rangemode="tozero")
    figure.update_yaxes(title="Validation NDCG@10", rangemode="tozero")
    return figure


def _emphasis(data: ReportData, methods: Sequence[str]) -> list[str]:
    return [ACCENT if method == data.metrics["selected"] else MUTED for method in methods]


def _color(data: ReportData, method: str) -> str:
    """The colour of a method, the same in every figure."""
    number = by_accuracy(data).index(method) + 1
    return f"var(--series-{number})" if number <= SERIES else MUTED


def _line(data: ReportData, method: str) -> dict[str, Any]:
    return {"color": _color(data, method), "width": 4 if method == data.metrics["selected"] else 2}


def _error_bars(
    data: ReportData, methods: Sequence[str], key: str, values: Sequence[float]
) -> dict[str, Any]:
    # Bars are lengths from the value, not ends; without resamples there are none to draw.
    ends = [
        data.metrics["intervals"][method].get(key, [value, value])
        for method, value in zip(methods, values, strict=True)
    ]
    return {
        "type": "data",
        "array": [high - value for (_, high), value in zip(ends, values, strict=True)],
        "arrayminus": [value - low for (low, _), value in zip(ends, values, strict=True)],
        "color": "var(--ink)",
        "thickness": 1.5,
        "width": 4,
    }
