"""`palate report online`: click-through and conversion of the lists that the endpoint answered."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from jobs.cli.options import STORE, AsJson, Store
from jobs.cli.output import show_json, show_line, show_table, write_page
from palate.experiments.comparison import NOUNS
from palate.experiments.settings import Outcome
from palate.online.impressions.report import (
    CLICKS,
    CONVERSIONS,
    REPORT_DAYS,
    OnlineReport,
    ReportRow,
    report_of_store,
)

COLUMNS = ("by", "value", "shown", "events", "rate", "95 %")


def online(
    store: Store = STORE,
    days: Annotated[int, typer.Option("--days", min=1, help="Lists of so many last days.")] = REPORT_DAYS,
    click: Annotated[
        list[str] | None, typer.Option("--click", metavar="KIND", help="Kind of event that is a click.")
    ] = None,
    conversion: Annotated[
        list[str] | None,
        typer.Option("--conversion", metavar="KIND", help="Kind of event that is a conversion."),
    ] = None,
    as_json: AsJson = False,
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Also write a page with plots.")
    ] = None,
) -> None:
    """Tell how many of the places that were shown led to a click and to a conversion.

    Events count if they name the list that they came from; --click and --conversion may be given several
    times, and are click and purchase by default.

    [bold]Examples[/bold]

      palate report online --days 30 --click view --conversion buy

      palate report online --html report.html

      palate report online --store postgresql://palate@db/palate --json
    """
    report = report_of_store(store, days, click or CLICKS, conversion or CONVERSIONS)
    if html is not None:
        _write_page(html, report)
    if as_json:
        show_json(_tree(report))
        return
    for outcome in NOUNS:
        _show(report, outcome)
    others = f"{report.unknown:,} one that is not kept, {report.mismatched:,} one of another user or item"
    show_line(f"{report.named:,} events name a list: {others}")


def _write_page(file: Path, report: OnlineReport) -> None:
    from palate.online.impressions.page import render_online_report  # a second to import

    write_page(file, render_online_report(report))


def _show(report: OnlineReport, outcome: Outcome) -> None:
    """A table of one outcome, in 80 columns; a line if there was none."""
    since, until = (f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M}" for at in report[:2])
    title = f"{outcome.capitalize()} of lists from {since} to {until} UTC"
    if any(getattr(row, outcome) for row in report.rows):
        show_table(title, COLUMNS, [_cells(row, outcome) for row in report.rows])
    else:
        show_line(f"{title}: none")


def _cells(row: ReportRow, outcome: Outcome) -> list[object]:
    rate = row.click_rate if outcome == "clicks" else row.conversion_rate
    shares = ("", "")
    if rate is not None:
        shares = (f"{100 * rate.share:.2f} %", f"{100 * rate.low:.2f} to {100 * rate.high:.2f}")
    return [row.dimension, row.value, row.shown, getattr(row, outcome), *shares]


def _tree(report: OnlineReport) -> dict[str, Any]:
    """As JSON has it; the same names as at `GET /v1/reports/online`."""
    tree = report._asdict()
    rows = tree.pop("rows")
    return tree | {"groups": [_row_tree(row) for row in rows]}


def _row_tree(row: ReportRow) -> dict[str, Any]:
    rates = {name: rate and rate._asdict() for name, rate in zip(row._fields[-2:], row[-2:], strict=True)}
    return row._asdict() | rates
