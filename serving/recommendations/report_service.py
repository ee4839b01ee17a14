"""Report service: what came of the lists that were shown, from the store."""

from __future__ import annotations

import asyncio

from palate.experiments.comparison import experiment_report
from palate.experiments.store import ExperimentStore
from palate.experiments.tree import report_tree
from palate.online import PostgresStore
from palate.online.impressions.intervals import Rate
from palate.online.impressions.report import ReportRow, last_days, online_report
from serving.api.schemas.reports import (
    ExperimentResponse,
    RateBody,
    ReportGroup,
    ReportRequest,
    ReportResponse,
)


class ReportService:
    """Reports of a store."""

    def __init__(self, store: PostgresStore) -> None:
        self._database = store.database
        self._experiments = ExperimentStore(store.database)
        self._reading = asyncio.Lock()

    async def online(self, request: ReportRequest) -> ReportResponse:
        """Click-through and conversion of the last days; one report at a time, as each reads a whole log."""
        since, until = last_days(request.days)
        kinds = {"clicks": request.clicks, "conversions": request.conversions}
        async with self._reading:
            report = await online_report(self._database, since, until, **kinds)
        return ReportResponse(
            since=since,
            until=until,
            groups=[_group(row) for row in report.rows],
            named=report.named,
            unknown=report.unknown,
            mismatched=report.mismatched,
        )

    async def experiment(self, name: str) -> ExperimentResponse:
        """What came of the arms of an experiment; one report at a time too."""
        async with self._reading:
            report = await experiment_report(self._experiments, name)
        return ExperimentResponse(**report_tree(report))


def _group(row: ReportRow) -> ReportGroup:
    return ReportGroup(
        dimension=row.dimension,
        value=row.value,
        shown=row.shown,
        clicks=row.clicks,
        conversions=row.conversions,
        click_rate=_rate(row.click_rate),
        conversion_rate=_rate(row.conversion_rate),
    )


def _rate(rate: Rate | None) -> RateBody | None:
    return None if rate is None else RateBody(**rate._asdict())
