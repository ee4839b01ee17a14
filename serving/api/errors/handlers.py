"""Exception handlers: exceptions to HTTP responses."""

from __future__ import annotations

import logging
from http import HTTPStatus

from fastapi import Request, Response
from starlette.routing import Match

from serving.api.errors.mapping import problem_of
from serving.api.request_id import request_id
from serving.api.schemas.errors import ErrorBody, ErrorResponse

logger = logging.getLogger("ray.serve.palate.api")


def respond(error: Exception) -> Response:
    """The answer to a request that raised; what nobody expected is logged with its traceback."""
    problem = problem_of(error)
    if problem.status == HTTPStatus.INTERNAL_SERVER_ERROR:
        logger.error("Request %s failed", request_id(), exc_info=error)
    body = ErrorBody(
        code=problem.code, message=problem.message, action=problem.action, request_id=request_id()
    )
    return Response(
        ErrorResponse(error=body).model_dump_json(),
        problem.status,
        dict(problem.headers),
        media_type="application/json",
    )


async def handle(request: Request, error: Exception) -> Response:
    """`respond`, as FastAPI calls it."""
    response = respond(error)
    if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        response.headers["Allow"] = ", ".join(sorted(_methods(request)))
    return response


def _methods(request: Request) -> set[str]:
    """All methods of the path; the router itself names those of the first route only."""
    matching = (route for route in request.app.routes if route.matches(request.scope)[0] != Match.NONE)
    methods = {method for route in matching for method in route.methods}
    return methods | {"HEAD"} if "GET" in methods else methods
