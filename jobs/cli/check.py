"""`palate check`: a look at a data set before anything is trained on it."""

from __future__ import annotations

import shlex
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from jobs.cli.options import AsJson, ConfigFile, Overrides, settings_of
from jobs.cli.output import show_json, show_line, show_note, show_table, write_page
from palate.config import Config
from palate.errors import PalateError

if TYPE_CHECKING:
    from palate.data.inspection.findings import Finding
    from palate.data.inspection.profile import DataProfile

Page = Annotated[
    Path | None, typer.Option("--html", metavar="FILE", help="Also write a page with charts, in one file.")
]


def check(
    overrides: Overrides = None, config: ConfigFile = None, html: Page = None, as_json: AsJson = False
) -> None:
    """Look at data before a retrain: rows, users, items, times, texts, what is set aside, the split's parts.

    It reads everything as [bold]palate retrain[/bold] does, but trains nothing and starts no cluster.
    The status is 2 where a retrain would refuse.

    [bold]Examples[/bold]

      palate check shop.yaml

      palate check shop.yaml data.split=global-time --html shop.html
    """
    settings = settings_of(config, overrides)
    profile = _profile(settings)
    if not as_json:
        _show_tables(profile)
    found = [*profile.findings, *_unsound(settings)]
    if html is not None:
        from palate.data.inspection.page import render_page

        write_page(html, render_page(profile, found))
    if as_json:
        show_json(_as_json(profile, found))
    else:
        _show_findings(profile, found)
    if any(finding.refuses for finding in found):
        raise typer.Exit(2)
    if not as_json:
        words = [*(["--config", config] if config else []), *(overrides or ())]
        show_line("next: " + shlex.join(["palate", "retrain", *words]))


def _profile(config: Config) -> DataProfile:
    from palate.data.inspection.columns import require_columns
    from palate.data.inspection.profile import DataProfile
    from palate.data.inspection.reading import read_data
    from palate.storage import Folder

    require_columns(config)
    with tempfile.TemporaryDirectory() as scratch:
        return DataProfile(read_data(config, Folder(scratch)), config)


def _unsound(config: Config) -> list[Finding]:
    """What the stages say of the other settings."""
    from jobs.runtime.pipeline import require_sound  # brings torch: seconds, while the tables are read
    from palate.data.inspection.findings import Finding

    try:
        require_sound(config)
    except PalateError as error:
        return [Finding(str(error), refuses=True)]
    return []


def _show_tables(profile: DataProfile) -> None:
    for table in profile.tables():
        rows = [[f"{cell:,}" if isinstance(cell, int) else cell for cell in row] for row in table.rows]
        show_table(table.title, table.columns, rows)


def _show_findings(profile: DataProfile, found: list[Finding]) -> None:
    for note in profile.notes:
        show_note("note", note)
    for finding in found:
        show_note("a retrain would refuse" if finding.refuses else "note", finding.text)


def _as_json(profile: DataProfile, found: list[Finding]) -> dict[str, Any]:
    tables = {
        table.title: [dict(zip(table.columns, row, strict=True)) for row in table.rows]
        for table in profile.tables()
    }
    return {
        "refuses": any(finding.refuses for finding in found),
        "findings": [finding._asdict() for finding in found],
        "notes": profile.notes,
        "tables": tables,
    }
