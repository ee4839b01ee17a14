"""Study page: one HTML file that needs no network, in the style of the evaluation report."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from palate.evaluate.report.template import render_page
from palate.simulate.figures import study_figures
from palate.simulate.sensitivity import Variation
from palate.simulate.study import StudyResult
from palate.simulate.tables import Table, gain_sentence, policy_table, sensitivity_table, settings_table


def render_study(result: StudyResult, variations: Sequence[Variation] = ()) -> str:
    """The page as text, with its styles, scripts and figures inside; everything it shows is escaped."""
    figures = study_figures(result, variations)
    tables: list[Table] = [policy_table(result), settings_table(result)]
    if variations:
        tables.insert(1, sensitivity_table(variations))
    values = {
        "world": result.world,
        "study": result.study,
        "gain": gain_sentence(result),
        "tables": tables,
        "titles": {name: figure.layout.yaxis.title.text or "Sensitivity" for name, figure in figures.items()},
    }
    return render_page(Path(__file__).parent, values, figures=figures)
