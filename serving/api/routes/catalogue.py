"""The releases, and what whoever runs the server looks at."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import APIRouter, Depends, Request, Response

from serving.api.deps import api_of, stranger
from serving.api.errors.mapping import RETRY_S, retry_after
from serving.api.metrics import MEDIA_TYPE
from serving.api.openapi import ALWAYS, GUARDED, failures
from serving.api.routes.respond import METRICS, READ, in_time, json_answer
from serving.api.schemas.catalogue import HealthResponse, ReadyResponse, ReleasesResponse

router = APIRouter()


@router.get(
    "/v1/releases",
    operation_id="list_releases",
    tags=["releases"],
    summary="List the releases",
    response_model=ReleasesResponse,
    responses=failures(*GUARDED),
    dependencies=READ,
)
async def list_releases(request: Request) -> Response:
    """Every release in the store, which of them answers, and why others were refused."""
    api = api_of(request)
    return json_answer(await in_time(api, api.services.catalogue.releases()))


@router.get(
    "/healthz",
    operation_id="health",
    tags=["operation"],
    summary="Tell whether requests are answered",
    response_model=HealthResponse,
    responses=failures(429, *ALWAYS),
    dependencies=[Depends(stranger("health"))],
)
async def health(request: Request) -> Response:
    """200 when requests are answered; needs no key."""
    api = api_of(request)
    return json_answer(await in_time(api, api.services.catalogue.health()))


@router.get(
    "/readyz",
    operation_id="ready",
    tags=["operation"],
    summary="Tell what works",
    response_model=ReadyResponse,
    responses=failures(429, *ALWAYS)
    | {503: {"model": ReadyResponse, "description": "No list can be given."}},
    dependencies=[Depends(stranger("health"))],
)
async def ready(request: Request) -> Response:
    """Store, release and stages of the gateway that is asked; 503 if it can give no list. Needs no key."""
    api = api_of(request)
    answer = await in_time(api, api.services.catalogue.ready())
    response = json_answer(answer)
    if answer.status == "down":
        response.status_code = HTTPStatus.SERVICE_UNAVAILABLE
        response.headers.update(retry_after(RETRY_S))
    return response


@router.get(
    "/metrics",
    operation_id="metrics",
    tags=["operation"],
    summary="Show the metrics",
    response_class=Response,
    responses=failures(*GUARDED) | {200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
    dependencies=METRICS,
)
async def metrics(request: Request) -> Response:
    """Counters and histograms of this process, in Prometheus' text format."""
    api = api_of(request)
    api.metrics.looked(await in_time(api, api.services.catalogue.ready()))
    api.metrics.logged(api.services.recommendations.logged)
    api.metrics.experimented(api.services.recommendations.stopped_arms)
    return Response(api.metrics.text(api.services.users.cached_bytes), media_type=MEDIA_TYPE)
