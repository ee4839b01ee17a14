"""FastAPI dependencies: the parts of the app that received a request, and who may send it."""

from __future__ import annotations

import difflib
from collections.abc import Awaitable, Callable
from typing import cast

from fastapi import Request

from palate.online import Role
from serving.api.errors.mapping import ApiError, Problem
from serving.api.errors.text import shorten
from serving.api.errors.validation import MAX_NAME_CHARACTERS
from serving.api.state import Api


def api_of(request: Request) -> Api:
    """The parts of the app that received the request."""
    return cast("Api", request.app.state.api)


def needs(role: Role) -> Callable[[Request], Awaitable[None]]:
    """A dependency that admits only requests with a key for `role`."""

    async def check(request: Request) -> None:
        await api_of(request).access.admit(request, role)

    return check


def stranger(purpose: str) -> Callable[[Request], Awaitable[None]]:
    """A dependency that admits anybody, but not too often from one address."""

    async def check(request: Request) -> None:
        api_of(request).access.admit_stranger(request, purpose)

    return check


async def known_parameters(request: Request) -> None:
    """`ApiError` (422) for a parameter behind the question mark that the route does not have."""
    known = [field.alias for field in request.scope["route"].dependant.query_params]
    unknown = next((name for name in request.query_params if name not in known), None)
    if unknown is None:
        return
    near = difflib.get_close_matches(shorten(unknown, MAX_NAME_CHARACTERS), known, n=1)
    hint = f"; did you mean {near[0]}?" if near else ""
    message = f"query.{shorten(unknown, MAX_NAME_CHARACTERS)}: there is no such parameter{hint}"
    action = f"The parameters are {', '.join(known)}." if known else "This path takes no parameters."
    raise ApiError(Problem(422, "invalid_field", message, action))
