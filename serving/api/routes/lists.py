"""Recommendation, similar items and search: lists for a user, like an item, by description."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from palate.online import Role
from serving.api.deps import api_of
from serving.api.json_body import json_body
from serving.api.openapi import SENT, failures, takes
from serving.api.routes.respond import READ, in_time, json_answer
from serving.api.schemas.events import Event, EventsRequest
from serving.api.schemas.parameters import QueryValues
from serving.api.schemas.requests import RecommendRequest, SearchRequest, SimilarRequest
from serving.api.schemas.responses import ListResponse, RecommendResponse

router = APIRouter()


@router.post(
    "/v1/recommend",
    operation_id="recommend",
    tags=["lists"],
    summary="Recommend items",
    response_model=RecommendResponse,
    responses=failures(*SENT),
    openapi_extra=takes(RecommendRequest),
    dependencies=READ,
)
async def recommend(
    request: Request,
    body: Annotated[RecommendRequest, Depends(json_body(RecommendRequest))],
    debug: Annotated[bool, Query(description=QueryValues.model_fields["debug"].description)] = False,
) -> Response:
    """The best items for a user, or for a history that you send.

    Give `user` for somebody whose events are recorded, or `history` for somebody anonymous; items of the
    history are not recommended again. A recorded event counts from the next list on: the answer's
    `version` is that of the user's state which it was made from.
    """
    api = api_of(request)
    api.access.charge(request, body)
    listed = body.model_copy(update={"debug": True}) if debug else body
    answer = await in_time(api, api.services.recommendations.recommend(listed))
    api.metrics.recommended(answer)
    return json_answer(answer)


@router.post(
    "/v1/similar",
    operation_id="similar",
    tags=["lists"],
    summary="Find similar items",
    response_model=ListResponse,
    responses=failures(*SENT),
    openapi_extra=takes(SimilarRequest),
    dependencies=READ,
)
async def similar(
    request: Request, body: Annotated[SimilarRequest, Depends(json_body(SimilarRequest))]
) -> Response:
    """The items that the same people like, for an item's page. The same for everybody."""
    api = api_of(request)
    api.access.charge(request, body)
    return json_answer(await in_time(api, api.services.recommendations.similar(body)))


@router.post(
    "/v1/search",
    operation_id="search",
    tags=["lists"],
    summary="Search by description",
    response_model=ListResponse,
    responses=failures(*SENT),
    openapi_extra=takes(SearchRequest),
    dependencies=READ,
)
async def search(
    request: Request, body: Annotated[SearchRequest, Depends(json_body(SearchRequest))]
) -> Response:
    """The items whose texts mean most nearly what you describe; words count too, but none need be there.

    With a `user` it is personal: (1 - w) q + w u is searched for, where q is the unit vector of the words, u
    that of the user's text history, and w is .2. With `record` the search is kept as an event, and draws the
    user's next lists.
    """
    api = api_of(request)
    if body.record:
        await api.access.admit(request, Role.WRITE)  # a second request, which takes another role
    api.access.charge(request, body)
    answer = await in_time(api, api.services.recommendations.search(body))
    if body.record and body.user is not None:
        event = Event(id=answer.list, user=body.user, kind="search", text=body.text)
        recorded = await in_time(api, api.services.users.record(EventsRequest(events=[event])))
        api.metrics.recorded(recorded)
    return json_answer(answer)
