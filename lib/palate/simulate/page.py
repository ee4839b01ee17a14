"""Study page: one HTML file that needs no network, in the style of the evaluation report."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import jinja2
from markupsafe import Markup
from plotly.offline import get_plotlyjs

import palate.evaluate.report as report
from palate.simulate.figures import study_figures
from palate.simulate.sensitivity import Variation
from palate.simulate.study import StudyResult
from palate.simulate.tables import Table, gain_sentence, policy_table, sensitivity_table, settings_table

_REPORT = Path(report.__file__).parent


def render_study(result: StudyResult, variations: Sequence[Variation] = ()) -> str:
    """The page as text, with its styles, scripts and figures inside; everything it shows is escaped."""
    loader = jinja2.FileSystemLoader(Path(__file__).parent)
    environment = jinja2.Environment(autoescape=True, loader=loader, undefined=jinja2.StrictUndefined)
    figures = study_figures(result, variations)
    tables: list[Table] = [policy_table(result), settings_table(result)]
    if variations:
        tables.insert(1, sensitivity_table(variations))
    return environment.get_template("page.html").render(
        world=result.world,
        study=result.study,
        gain=gain_sentence(result),
        tables=tables,
        # No figure's text may end the script element that holds it.
        figures={name: Markup(figure.to_json().replace("<", "\\u003c")) for name, figure in figures.items()},
        titles={name: figure.layout.yaxis.title.text or "Sensitivity" for name, figure in figures.items()},
        style=Markup((_REPORT / "style.css").read_text(encoding="utf-8")),
        script=Markup((_REPORT / "charts.js").read_text(encoding="utf-8")),
        plotly=Markup(get_plotlyjs()),
    )
