"""Sessions: a list that is refined in several turns."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from serving.api.deps import api_of
from serving.api.json_body import json_body
from serving.api.openapi import SENT, failures, takes
from serving.api.routes.respond import READ, in_time, json_answer
from serving.api.schemas.sessions import SessionRequest, SessionResponse

router = APIRouter()


@router.post(
    "/v1/sessions",
    operation_id="refine_session",
    tags=["lists"],
    summary="Open a session, or refine its list",
    response_model=SessionResponse,
    responses=failures(*SENT),
    openapi_extra=takes(SessionRequest),
    dependencies=READ,
)
async def refine_session(
    request: Request, body: Annotated[SessionRequest, Depends(json_body(SessionRequest))]
) -> Response:
    """A list that is refined in turns: "shorter", "more like the second one", "why not Alien?", "undo".

    Send a `user` or a `history` to open a session. With each further turn send what is said, and the `turns`
    of the last answer: they are the whole state. The endpoint keeps nothing of a session, so any replica
    goes on with it, nothing has to expire, and nothing of it has to be erased with a user.
    """
    api = api_of(request)
    api.access.charge(request, body)
    answer = await in_time(api, api.services.sessions.refine(body))
    api.metrics.recommended(answer.list)
    return json_answer(answer)
