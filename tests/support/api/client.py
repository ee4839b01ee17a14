"""Asks an app over HTTP without a network."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import httpx
from fastapi import FastAPI

from palate.online import Key, Role
from serving.api.app import create_api
from serving.api.services import Services
from serving.api.settings import ApiSettings
from tests.support.api.dict_service import DictService, ShelfDouble

OPEN = ApiSettings(auth=False, requests_per_second=0, allowed_hosts=("test", "testserver"))
"""Everybody may do everything."""


class Keys:
    """One key for each role; its secret is `palate_` and the role."""

    async def verify(self, secret: str) -> Key | None:
        role = secret.removeprefix("palate_")
        known = secret.startswith("palate_") and role in set(Role)
        return Key(f"{role}er", Role(role), datetime(2026, 1, 1, tzinfo=UTC)) if known else None


def services_of(service: DictService) -> Services:
    """One object as all the services of an app."""
    return Services(
        recommendations=service,
        sessions=service,
        shelves=ShelfDouble(),
        users=service,
        explanations=service,
        profiles=service,
        catalogue=service,
        items=service,
        reports=service,
    )


def open_app(service: DictService | None = None, **changes: Any) -> FastAPI:
    """An app without keys."""
    return create_api(services_of(service or DictService()), OPEN.model_copy(update=changes))


def guarded_app(**changes: Any) -> FastAPI:
    """An app with the keys of `Keys`."""
    settings = ApiSettings(auth=True, requests_per_second=0).model_copy(update=changes)
    return create_api(services_of(DictService()), settings, Keys())


def ask(app: FastAPI, method: str, path: str, **request: Any) -> httpx.Response:
    """The answer of an app to one request."""

    async def send() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
            return await client.request(method, path, **request)

    return asyncio.run(send())


def post(app: FastAPI, path: str, body: bytes) -> httpx.Response:
    """Send bytes that are said to be JSON."""
    return ask(app, "POST", path, content=body, headers={"Content-Type": "application/json"})


def code(response: httpx.Response) -> str:
    """The code of a refusal that has the shape of all refusals."""
    error = response.json()["error"]
    assert set(error) == {"code", "message", "action", "request_id"}
    assert error["request_id"] == response.headers["x-request-id"]
    return str(error["code"])


def event(number: int, user: str = "u1", **changes: Any) -> dict[str, Any]:
    """An event as a client sends it."""
    return {"id": f"e{number}", "user": user, "item": "i0"} | changes
