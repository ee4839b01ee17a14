"""FastAPI dependencies: the parts of the app that received a request, and who may send it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import cast

from fastapi import Request

from palate.online import Role
from serving.api.state import Api


def api_of(request: Request) -> Api:
    """The parts of the app that received the request."""
    return cast("Api", request.app.state.api)


def needs(role: Role) -> Callable[[Request], Awaitable[None]]:
    """A dependency that admits only requests with a key for `role`."""

    async def check(request: Request) -> None:
        await api_of(request).access.admit(request, role)

    return check
