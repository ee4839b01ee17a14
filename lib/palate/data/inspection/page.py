"""Profile page: the data profile as one HTML file with everything in it; all it shows is escaped."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import jinja2

from palate.data.inspection.bars import bar_chart
from palate.data.inspection.findings import Finding
from palate.data.inspection.profile import DataProfile

_FOLDER = Path(__file__).parent


def render_page(profile: DataProfile, findings: Sequence[Finding]) -> str:
    """The page as text, with these findings above everything else."""
    loader = jinja2.FileSystemLoader(_FOLDER)
    environment = jinja2.Environment(autoescape=True, loader=loader, undefined=jinja2.StrictUndefined)
    # A template's own lines leave no blank ones.
    environment.trim_blocks = environment.lstrip_blocks = True
    return environment.get_template("page.html").render(
        name=profile.name,
        findings=findings,
        notes=profile.notes,
        tables=profile.tables(),
        charts=[(chart.title, bar_chart(*chart)) for chart in profile.charts()],
    )
