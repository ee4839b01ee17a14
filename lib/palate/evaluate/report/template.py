"""HTML pages of one file: a template with its style and its figures inside; all that it shows is escaped."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup
from plotly.graph_objects import Figure
from plotly.offline import get_plotlyjs

_FOLDER = Path(__file__).parent


def render_page(
    folder: Path,
    values: Mapping[str, Any],
    *,
    figures: Mapping[str, Figure] | None = None,
    filters: Mapping[str, Callable[..., str]] | None = None,
) -> str:
    """The template `page.html` of a folder, in the style of the reports; it needs no network.

    With `figures` the page has them, each as JSON by its name, and the scripts that draw them.
    """
    loader = jinja2.FileSystemLoader(folder)
    environment = jinja2.Environment(autoescape=True, loader=loader, undefined=jinja2.StrictUndefined)
    # A template's own lines leave no blank ones.
    environment.trim_blocks = environment.lstrip_blocks = True
    environment.filters |= dict(filters or {})
    drawn = {} if figures is None else _drawn(figures)
    style = _inside("style.css")
    return environment.get_template("page.html").render(**values, **drawn, style=style)


def _drawn(figures: Mapping[str, Figure]) -> dict[str, Any]:
    return {
        "figures": {name: _script_json(figure) for name, figure in figures.items()},
        "script": _inside("charts.js"),
        "plotly": Markup(get_plotlyjs()),
    }


def _script_json(figure: Figure) -> Markup:
    """JSON that cannot end the script element that holds it."""
    return Markup(figure.to_json().replace("<", "\\u003c"))


def _inside(name: str) -> Markup:
    return Markup((_FOLDER / name).read_text(encoding="utf-8"))
