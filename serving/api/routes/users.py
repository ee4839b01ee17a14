"""Events and users: what users do, what is known of them, and how to forget it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response

from serving.api.deps import api_of
from serving.api.json_body import json_body
from serving.api.openapi import NAMED, SENT, failures, takes
from serving.api.routes.respond import ADMIN, READ, WRITE, in_time, json_answer
from serving.api.schemas.catalogue import ForgottenResponse, UserResponse
from serving.api.schemas.events import EventsRequest, EventsResponse
from serving.api.schemas.types import UserId

router = APIRouter()


@router.post(
    "/v1/events",
    operation_id="record_events",
    tags=["users"],
    summary="Record events",
    response_model=EventsResponse,
    responses=failures(*SENT),
    openapi_extra=takes(EventsRequest),
    dependencies=WRITE,
)
async def record_events(
    request: Request, body: Annotated[EventsRequest, Depends(json_body(EventsRequest))]
) -> Response:
    """What users did, for their next list.

    The events are stored when the answer arrives. When none arrives, send them again with the same ids:
    each counts once. Every 100 events count as a request against the rate limit.
    """
    api = api_of(request)
    api.access.charge(request, body)
    answer = await in_time(api, api.services.users.record(body))
    api.metrics.recorded(answer)
    return json_answer(answer)


# An id may hold slashes: `path` takes them as a part of it.
@router.get(
    "/v1/users/{user_id:path}",
    operation_id="get_user",
    tags=["users"],
    summary="Show what is known of a user",
    response_model=UserResponse,
    responses=failures(*NAMED),
    dependencies=READ,
)
async def get_user(request: Request, user_id: Annotated[UserId, Path()]) -> Response:
    """A user's newest events and the categories they are of; of somebody unknown, `known` is false."""
    api = api_of(request)
    return json_answer(await in_time(api, api.services.users.user(user_id)))


@router.delete(
    "/v1/users/{user_id:path}",
    operation_id="forget_user",
    tags=["users"],
    summary="Forget a user",
    response_model=ForgottenResponse,
    responses=failures(*NAMED),
    dependencies=ADMIN,
)
async def forget_user(request: Request, user_id: Annotated[UserId, Path()]) -> Response:
    """Delete a user's events and the lists that they were shown; what the release knows counts no more."""
    api = api_of(request)
    return json_answer(await in_time(api, api.services.users.forget(user_id)))
