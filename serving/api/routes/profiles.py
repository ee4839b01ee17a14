"""Profiles: a user's taste in sentences that they may read, write, rewrite and strike."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response

from serving.api.deps import api_of
from serving.api.json_body import json_body
from serving.api.openapi import NAMED, SENT, failures, takes
from serving.api.routes.respond import READ, WRITE, in_time, json_answer
from serving.api.routing import SegmentRoute
from serving.api.schemas.profiles import LineRequest, ProfileChangeResponse, WrittenProfileResponse
from serving.api.schemas.types import InterestId, UserId

router = APIRouter(route_class=SegmentRoute)


@router.get(
    "/v1/users/{user_id:path}/profile",
    operation_id="get_profile",
    tags=["explanations"],
    summary="Show a user's taste in sentences",
    response_model=WrittenProfileResponse,
    responses=failures(*NAMED),
    dependencies=READ,
)
async def get_profile(request: Request, user_id: Annotated[UserId, Path()]) -> Response:
    """What the user's history is about, a line for each interest, with the items that it rests on; and what
    they wrote themselves.

    Lines of interests are written and checked as explanations are. A line can be struck or rewritten.
    """
    api = api_of(request)
    return json_answer(await in_time(api, api.services.profiles.profile(user_id)))


@router.delete(
    "/v1/users/{user_id:path}/profile/{interest_id:path}",
    operation_id="strike_line",
    tags=["explanations"],
    summary="Strike or delete a line of a profile",
    response_model=ProfileChangeResponse,
    responses=failures(*NAMED),
    dependencies=WRITE,
)
async def strike_line(
    request: Request, user_id: Annotated[UserId, Path()], interest_id: Annotated[InterestId, Path()]
) -> Response:
    """Of an interest: no list from the next one on holds items that have all of the line's categories, or
    rests on such items of the history. A line that the user wrote is deleted. The answer says what changes.
    """
    api = api_of(request)
    return json_answer(await in_time(api, api.services.profiles.strike(user_id, interest_id)))


@router.put(
    "/v1/users/{user_id:path}/profile/{interest_id:path}",
    operation_id="restore_line",
    tags=["explanations"],
    summary="Restore a struck line",
    response_model=ProfileChangeResponse,
    responses=failures(*NAMED),
    dependencies=WRITE,
)
async def restore_line(
    request: Request, user_id: Annotated[UserId, Path()], interest_id: Annotated[InterestId, Path()]
) -> Response:
    """The line counts again from the next list on; one that is not struck stays as it is."""
    api = api_of(request)
    return json_answer(await in_time(api, api.services.profiles.restore(user_id, interest_id)))


@router.post(
    "/v1/users/{user_id:path}/profile",
    operation_id="add_line",
    tags=["explanations"],
    summary="Add a line to a profile",
    response_model=ProfileChangeResponse,
    responses=failures(*SENT),
    openapi_extra=takes(LineRequest),
    dependencies=WRITE,
)
async def add_line(
    request: Request,
    user_id: Annotated[UserId, Path()],
    body: Annotated[LineRequest, Depends(json_body(LineRequest))],
) -> Response:
    """A line in the user's own words, "I watch with children now, less war", that every list goes by from the
    next one on; up to 20 of them. The answer says what changes.
    """
    api = api_of(request)
    return json_answer(await in_time(api, api.services.profiles.add(user_id, body)))


@router.patch(
    "/v1/users/{user_id:path}/profile/{interest_id:path}",
    operation_id="rewrite_line",
    tags=["explanations"],
    summary="Rewrite a line of a profile",
    response_model=ProfileChangeResponse,
    responses=failures(*SENT),
    openapi_extra=takes(LineRequest),
    dependencies=WRITE,
)
async def rewrite_line(
    request: Request,
    user_id: Annotated[UserId, Path()],
    interest_id: Annotated[InterestId, Path()],
    body: Annotated[LineRequest, Depends(json_body(LineRequest))],
) -> Response:
    """The user's words take the place of a line that they wrote, or of an interest's. The answer says what
    changes.
    """
    api = api_of(request)
    return json_answer(await in_time(api, api.services.profiles.rewrite(user_id, interest_id, body)))
