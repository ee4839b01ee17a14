"""Timeouts and JSON of every route, and the roles that routes need."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from fastapi import Depends, Response
from pydantic import BaseModel

from palate.online import Role
from serving.api.deps import known_parameters, needs
from serving.api.state import Api

Answer = TypeVar("Answer", bound=BaseModel)
READ, WRITE, CATALOGUE, ADMIN, METRICS = (
    [Depends(needs(role)), Depends(known_parameters)]
    for role in (Role.READ, Role.WRITE, Role.CATALOGUE, Role.ADMIN, Role.METRICS)
)
"""The `dependencies` of routes that need a key with this role, and take no parameters but their own."""


async def in_time(api: Api, answer: Awaitable[Answer]) -> Answer:
    """The service's answer; `TimeoutError` after the time that the settings allow."""
    async with asyncio.timeout(api.settings.timeout_s):
        return await answer


def json_answer(answer: BaseModel) -> Response:
    """The answer as JSON."""
    # Serialised here and now: FastAPI would check the answer against its model once more.
    return Response(answer.model_dump_json(), media_type="application/json")
