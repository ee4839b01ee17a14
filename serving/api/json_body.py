"""Request bodies: JSON straight into its model, in one step and with bounded depth."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from fastapi import Request
from pydantic import BaseModel, ValidationError

from serving.api.content_encoding import decoded
from serving.api.deps import api_of
from serving.api.errors.mapping import ApiError, Problem
from serving.api.errors.validation import describe_mistakes

Model = TypeVar("Model", bound=BaseModel)

MAX_DESCRIBED_MISTAKES = 1000
"""Mistakes of which none is listed: to describe each would keep the server busy."""


def json_body(model: type[Model]) -> Callable[[Request], Awaitable[Model]]:
    """A dependency that gives the body as `model`.

    FastAPI's own way goes by `json.loads`, which lets deep nesting and lone surrogates through to where
    they do harm. Pydantic's parser refuses both, and needs neither a dictionary nor a second pass.
    """

    async def read(request: Request) -> Model:
        settings = api_of(request).settings
        _check_media_type(request.headers.getlist("content-type"))
        body = await _read(request, settings.timeout_s)
        return parse(
            model, decoded(body, request.headers.getlist("content-encoding"), settings.max_body_bytes)
        )

    return read


def parse(model: type[Model], body: bytes) -> Model:
    """The body as `model`; `ApiError` (400) if it is no JSON, and (422) if it does not fit."""
    try:
        # Strict, whatever the models of the library are: no conversion of types.
        return model.model_validate_json(body, strict=True)
    except ValidationError as error:
        # Without the cause: a traceback would hold what the client sent.
        raise ApiError(_problem(error, model)) from None


def _problem(error: ValidationError, model: type[BaseModel]) -> Problem:
    if error.error_count() > MAX_DESCRIBED_MISTAKES:
        message = f"The body has {error.error_count()} mistakes."
        return Problem(422, "invalid_field", message, f"The fields are {', '.join(model.model_fields)}.")
    details = error.errors(include_url=False)
    if details[0]["type"] == "json_invalid":
        action = "Send one JSON object in UTF-8, at most 200 levels deep, without lone surrogates."
        return Problem(400, "invalid_json", f"The body: {details[0]['msg']}.", action)
    message, action = describe_mistakes(details, model)
    return Problem(422, "invalid_field", message, action)


async def _read(request: Request, timeout_s: float) -> bytes:
    try:
        async with asyncio.timeout(timeout_s):
            return await request.body()
    except TimeoutError:
        message = f"The body did not arrive within {timeout_s} s."
        raise ApiError(Problem(408, "slow_request", message, "Try again, with a smaller body.")) from None


def _check_media_type(given: list[str]) -> None:
    kinds = {value.partition(";")[0].strip().lower() for value in given}
    if kinds != {"application/json"}:
        message = "The body must come with exactly one Content-Type, application/json."
        action = "Add the header Content-Type: application/json."
        raise ApiError(Problem(415, "unsupported_media_type", message, action))
