"""Reports for whoever runs the endpoint: what came of what was shown."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from palate.experiments.settings import ExperimentName
from palate.online.impressions.report import CLICKS, CONVERSIONS, REPORT_DAYS
from serving.api.deps import api_of
from serving.api.openapi import NAMED, failures
from serving.api.routes.respond import METRICS, in_time, json_answer
from serving.api.schemas.parameters import QueryValues
from serving.api.schemas.reports import Days, ExperimentResponse, Kinds, ReportRequest, ReportResponse

router = APIRouter()
FIELDS = QueryValues.model_fields


@router.get(
    "/v1/reports/online",
    operation_id="online_report",
    tags=["operation"],
    summary="Report clicks and conversions",
    response_model=ReportResponse,
    responses=failures(*NAMED),
    dependencies=METRICS,
)
async def online_report(
    request: Request,
    days: Annotated[Days, Query(description=FIELDS["days"].description)] = REPORT_DAYS,
    click: Annotated[Kinds, Query(description=FIELDS["click"].description)] = list(CLICKS),  # noqa: B006
    conversion: Annotated[Kinds, Query(description=FIELDS["conversion"].description)] = list(CONVERSIONS),  # noqa: B006
) -> Response:
    """Click-through and conversion by release, kind of list, arm, source and place, with 95 % intervals.

    It reads every list of these days; over a large log `palate report online` has the time.
    """
    api = api_of(request)
    wanted = ReportRequest(days=days, clicks=click, conversions=conversion)
    return json_answer(await in_time(api, api.services.reports.online(wanted)))


@router.get(
    "/v1/reports/experiments/{name}",
    operation_id="experiment_report",
    tags=["operation"],
    summary="Report an experiment",
    response_model=ExperimentResponse,
    responses=failures(*NAMED),
    dependencies=METRICS,
)
async def experiment_report(
    request: Request, name: Annotated[ExperimentName, Path(description="The experiment's name.")]
) -> Response:
    """Clicks and conversions of each arm beside control, with intervals that hold however often you look.

    A user counts once, by the share of their own lists that led to an event, as soon as the window after
    their first list is over.
    """
    api = api_of(request)
    return json_answer(await in_time(api, api.services.reports.experiment(name)))
