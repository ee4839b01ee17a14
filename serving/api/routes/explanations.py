"""Explanations, as a whole or as server-sent events."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.responses import StreamingResponse

from serving.api.deps import api_of
from serving.api.json_body import json_body
from serving.api.openapi import NAMED, SENT, failures, takes
from serving.api.routes.respond import READ, in_time, json_answer
from serving.api.routing import SegmentRoute
from serving.api.schemas.explanations import ExplanationResponse, Rejected, TokenEvent
from serving.api.schemas.requests import ExplainRequest
from serving.api.schemas.types import ItemId, UserId
from serving.api.state import Api

EVENT_STREAM = "text/event-stream"
STREAM: dict[int | str, dict[str, Any]] = {200: {"content": {EVENT_STREAM: {"schema": {"type": "string"}}}}}
EVENT_NAMES = {TokenEvent: "token", Rejected: "rejected", ExplanationResponse: "explanation"}
"""What each event of a stream is called."""
UNBUFFERED = {"X-Accel-Buffering": "no"}
"""Proxies such as nginx would collect the events otherwise."""

router = APIRouter(route_class=SegmentRoute)

Event = TokenEvent | Rejected | ExplanationResponse


@router.get(
    "/v1/users/{user_id:path}/explanations/{item_id:path}",
    operation_id="explain",
    tags=["explanations"],
    summary="Explain an item to a user",
    response_model=ExplanationResponse,
    responses=failures(*NAMED),
    dependencies=READ,
)
async def explain(
    request: Request, user_id: Annotated[UserId, Path()], item_id: Annotated[ItemId, Path()]
) -> Response:
    """One sentence that says why the item is recommended to the user as they are now, with its evidence.

    A sentence that was written before is given again while it is true. Otherwise a language model writes
    one, which is checked against the evidence; where it does not pass twice, or time is up, it is made
    from a template. Slashes in ids must be sent as `%2F`.
    """
    api = api_of(request)
    answer = await in_time(api, api.services.explanations.explanation(user_id, item_id))
    api.metrics.explained(answer)
    return json_answer(answer)


@router.post(
    "/v1/users/{user_id:path}/explanations/{item_id:path}",
    operation_id="explain_list",
    tags=["explanations"],
    summary="Explain an item of a list that was asked for",
    response_model=ExplanationResponse,
    responses=failures(*SENT),
    openapi_extra=takes(ExplainRequest),
    dependencies=READ,
)
async def explain_list(
    request: Request,
    user_id: Annotated[UserId, Path()],
    item_id: Annotated[ItemId, Path()],
    body: Annotated[ExplainRequest, Depends(json_body(ExplainRequest))],
) -> Response:
    """As `explain`, of the list that `/v1/recommend` gives for these filters and this query.

    What they do to the list is a reason like any other. `language` writes the sentence in another language
    than the release's. What is asked for in such a way is written anew each time and not kept.
    """
    api = api_of(request)
    answer = await in_time(api, api.services.explanations.explanation(user_id, item_id, body))
    api.metrics.explained(answer)
    return json_answer(answer)


@router.get(
    "/v1/users/{user_id:path}/explanations/{item_id:path}/stream",
    operation_id="explain_stream",
    tags=["explanations"],
    summary="Explain an item while it is written",
    response_class=StreamingResponse,
    responses=failures(*NAMED) | STREAM,
    dependencies=READ,
)
async def explain_stream(
    request: Request, user_id: Annotated[UserId, Path()], item_id: Annotated[ItemId, Path()]
) -> Response:
    """The same as server-sent events, as the language model writes.

    `token` holds a `TokenEvent`: a piece of a draft that nobody has checked, to be shown as such or not
    at all.
    `rejected` holds a `Rejected`: what was drafted so far is not true and must go. `explanation` comes
    once, at the end, and holds an `ExplanationResponse`; a stream that ends without it has failed. To
    leave stops the work.
    """
    api = api_of(request)
    return await _streamed(api, api.services.explanations.explanation_events(user_id, item_id))


@router.post(
    "/v1/users/{user_id:path}/explanations/{item_id:path}/stream",
    operation_id="explain_list_stream",
    tags=["explanations"],
    summary="Explain an item of a list that was asked for, while it is written",
    response_class=StreamingResponse,
    responses=failures(*SENT) | STREAM,
    openapi_extra=takes(ExplainRequest),
    dependencies=READ,
)
async def explain_list_stream(
    request: Request,
    user_id: Annotated[UserId, Path()],
    item_id: Annotated[ItemId, Path()],
    body: Annotated[ExplainRequest, Depends(json_body(ExplainRequest))],
) -> Response:
    """As `explain_stream`, of the list for these filters and this query, in any language there is."""
    api = api_of(request)
    return await _streamed(api, api.services.explanations.explanation_events(user_id, item_id, body))


async def _streamed(api: Api, events: AsyncGenerator[Event]) -> Response:
    """The events as a stream; what can be refused is refused before it begins, with a status of its own."""
    first = await in_time(api, anext(events))
    return StreamingResponse(_sent(api, first, events), media_type=EVENT_STREAM, headers=UNBUFFERED)


async def _sent(api: Api, first: Event, events: AsyncGenerator[Event]) -> AsyncIterator[str]:
    """Events as they travel; leaving closes `events`."""
    async with aclosing(events):
        yield _event(api, first)
        async for event in events:
            yield _event(api, event)


def _event(api: Api, event: Event) -> str:
    if isinstance(event, ExplanationResponse):
        api.metrics.explained(event)
    return f"event: {EVENT_NAMES[type(event)]}\ndata: {event.model_dump_json()}\n\n"
