"""Error mapping: the HTTP status and message of each exception, backpressure among them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import singledispatch
from http import HTTPStatus
from math import ceil
from typing import NamedTuple

from fastapi.exceptions import RequestValidationError
from ray.exceptions import RayActorError, RayTaskError
from ray.serve.exceptions import BackPressureError, DeploymentUnavailableError, ReplicaUnavailableError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from palate.errors import NotFound, PalateError
from palate.online import StoreUnavailable
from serving.api.errors.text import shorten
from serving.api.errors.validation import describe_mistakes
from serving.api.schemas.parameters import Parameters

RETRY_S = 1
"""Seconds after which a client may ask an overloaded or unavailable server again."""
MAX_MESSAGE = 1000
"""Characters of a message; those of the library list the nearest items."""


class Problem(NamedTuple):
    """A refusal or failure, as the client sees it."""

    status: int
    code: str
    message: str
    action: str
    headers: Mapping[str, str] = {}


class ApiError(Exception):
    """Raised by the layers of the API when a request goes no further."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def retry_after(seconds: float) -> dict[str, str]:
    """The header that tells when to come back: whole seconds, at least 1."""
    return {"Retry-After": str(max(1, ceil(seconds)))}


def too_large(max_bytes: int) -> ApiError:
    """The refusal of a body that has more than `max_bytes`."""
    message = f"The body has more than {max_bytes} bytes."
    action = "Send less at once, such as events in several requests."
    return ApiError(Problem(413, "too_large", message, action))


@singledispatch
def problem_of(error: Exception) -> Problem:
    """What a client is told about an exception; of an unknown one, nothing that it says."""
    return Problem(
        500,
        "internal",
        "The server failed to answer.",
        "Try again; if it happens again, give the request_id to whoever runs the server.",
    )


@problem_of.register
def _(error: ApiError) -> Problem:
    return error.problem


@problem_of.register
def _(error: RayTaskError) -> Problem:
    # A class of Ray's own that also derives from the cause's class, but whose text is a traceback.
    return problem_of(error.cause)


@problem_of.register
def _(error: PalateError) -> Problem:
    message = shorten(str(error), MAX_MESSAGE)
    return Problem(400, "bad_request", message, "Change the request as the message says.")


@problem_of.register
def _(error: NotFound) -> Problem:
    return Problem(404, "not_found", shorten(str(error), MAX_MESSAGE), "Check the id.")


@problem_of.register
def _(error: StoreUnavailable) -> Problem:
    action = f"Try again in {RETRY_S} s; events with the same ids are counted once."
    message = "The event store does not answer."
    return Problem(503, "store_unavailable", message, action=action, headers=retry_after(RETRY_S))


@problem_of.register(BackPressureError)
@problem_of.register(DeploymentUnavailableError)
@problem_of.register(ReplicaUnavailableError)
@problem_of.register(RayActorError)
def _(error: Exception) -> Problem:
    wait = getattr(error, "retry_after_s", None) or RETRY_S
    message = "The server has more to do than it can."
    action = f"Try again in {ceil(wait)} s."
    return Problem(503, "overloaded", message, action=action, headers=retry_after(wait))


@problem_of.register
def _(error: TimeoutError) -> Problem:
    return Problem(504, "timeout", "The answer took too long.", "Try again, or ask for less at once.")


@problem_of.register
def _(error: ClientDisconnect) -> Problem:
    return Problem(400, "disconnected", "The body ended too soon.", "Send the whole body.")


@problem_of.register
def _(error: RequestValidationError) -> Problem:
    message, action = describe_mistakes(error.errors(), Parameters)
    return Problem(422, "invalid_field", message, action)


@problem_of.register
def _(error: HTTPException) -> Problem:
    phrase = HTTPStatus(error.status_code).phrase
    code = phrase.lower().replace(" ", "_").replace("-", "_")
    return Problem(
        error.status_code,
        code,
        f"{phrase}.",
        action="GET /openapi.json lists every path and method.",
        headers=error.headers or {},
    )
