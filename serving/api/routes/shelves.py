"""Shelves: named rows for a home page."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from serving.api.deps import api_of
from serving.api.json_body import json_body
from serving.api.openapi import SENT, failures, takes
from serving.api.routes.respond import READ, in_time, json_answer
from serving.api.schemas.shelves import ShelvesRequest, ShelvesResponse

router = APIRouter()


@router.post(
    "/v1/shelves",
    operation_id="shelves",
    tags=["lists"],
    summary="Fill the shelves of a home page",
    response_model=ShelvesResponse,
    responses=failures(*SENT),
    openapi_extra=takes(ShelvesRequest),
    dependencies=READ,
)
async def shelves(
    request: Request, body: Annotated[ShelvesRequest, Depends(json_body(ShelvesRequest))]
) -> Response:
    """Named rows, such as "Thriller, after Fargo", for a user or for a history that you send.

    What a title says is true of every item: its category, its decade, a limit of a number, or that it is
    among the 100 items most like one that the person took. No item is on two shelves.
    """
    api = api_of(request)
    api.access.charge(request, body)
    return json_answer(await in_time(api, api.services.shelves.shelves(body)))
