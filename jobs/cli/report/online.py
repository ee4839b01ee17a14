"""`palate report online`: click-through and conversion of the lists that the endpoint answered."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from jobs.cli.options import STORE, AsJson, Store
from jobs.cli.output import show_json, show_line, show_table, write_page
from palate.online.impressions.intervals import Rate
from palate.online.impressions.report import (
    CLICKS,
    CONVERSIONS,
    REPORT_DAYS,
    OnlineReport,
    ReportRow,
    report_of_store,
)

COLUMNS = ("by", "value", "shown", "clicks", "click-through", "95 %", "conversions", "conversion", "95 %")


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
    since, until = (datetime.fromtimestamp(at, UTC).isoformat(" ", "minutes") for at in report[:2])
    show_table(f"Lists from {since} to {until}", COLUMNS, map(_cells, report.rows))
    show_line(
        f"{report.named:,} events name a list: the list of {report.unknown:,} is not kept, and "
        f"{report.mismatched:,} are of another user or item"
    )


def _write_page(file: Path, report: OnlineReport) -> None:
    from palate.online.impressions.page import render_online_report  # a second to import

    write_page(file, render_online_report(report))


def _cells(row: ReportRow) -> list[object]:
    clicked, converted = _rate_cells(row.click_rate), _rate_cells(row.conversion_rate)
    return [*row[:4], *clicked, row.conversions, *converted]


def _rate_cells(rate: Rate | None) -> tuple[str, str]:
    return ("", "") if rate is None else (f"{rate.share:.4f}", f"{rate.low:.4f} to {rate.high:.4f}")


def _tree(report: OnlineReport) -> dict[str, Any]:
    """As JSON has it; the same names as at `GET /v1/reports/online`."""
    tree = report._asdict()
    rows = tree.pop("rows")
    return tree | {"groups": [_row_tree(row) for row in rows]}


def _row_tree(row: ReportRow) -> dict[str, Any]:
    rates = {name: rate and rate._asdict() for name, rate in zip(row._fields[-2:], row[-2:], strict=True)}
    return row._asdict() | rates
