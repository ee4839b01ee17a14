"""What the OpenAPI description says beyond what FastAPI finds out by itself."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from serving.api.schemas.errors import ErrorResponse
from serving.api.schemas.events import EventsRequest
from serving.api.schemas.explanations import Rejected, TokenEvent
from serving.api.schemas.items import ItemPatch, ItemsRequest
from serving.api.schemas.profiles import LineRequest
from serving.api.schemas.requests import ExplainRequest, RecommendRequest, SearchRequest, SimilarRequest
from serving.api.schemas.sessions import SessionRequest
from serving.api.schemas.shelves import ShelvesRequest

REF = "#/components/schemas/{model}"
BODIES = (
    RecommendRequest, SimilarRequest, SearchRequest, SessionRequest, LineRequest, EventsRequest, ItemsRequest,
    ItemPatch, ShelvesRequest, ExplainRequest,
)  # fmt: skip
STREAMED = (TokenEvent, Rejected)
"""What only a stream of events holds."""
SCHEMES = {
    "ApiKey": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
    "Bearer": {"type": "http", "scheme": "bearer"},
}
MEANINGS = {
    400: "The body is no JSON, or the request asks for something that makes no sense.",
    401: "No key, or one that is not valid.",
    403: "The key's role does not suffice.",
    404: "There is no such item, or no such line in the profile.",
    408: "The body did not arrive in time.",
    413: "The body is too large.",
    415: "The body is not announced as application/json, or is encoded otherwise than by gzip.",
    422: "A field does not fit; the message names it and the action says what it may hold.",
    429: "Too many requests with this key, or without one from this address.",
    500: "The server failed; its log has the request_id.",
    503: "The server or its event store has no time now.",
    504: "The answer took too long.",
}
HEADERS = {
    401: "WWW-Authenticate",
    429: "Retry-After",
    503: "Retry-After",
}
ALWAYS = (500, 503, 504)
"""What can become of any request."""
GUARDED = (401, 403, 429, *ALWAYS)
"""What can become of a request that needs a key."""
NAMED = (400, 404, 422, *GUARDED)
"""What can become of a request for something in the path."""
SENT = (400, 404, 408, 413, 415, 422, *GUARDED)
"""What can become of a request with a body."""


def failures(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route that can fail with these statuses."""
    return {status: _failure(status) for status in sorted(statuses)}


def takes(model: type[BaseModel]) -> dict[str, Any]:
    """The `openapi_extra` of a route that reads its body by `json_body(model)`."""
    content = {"application/json": {"schema": {"$ref": REF.format(model=model.__name__)}}}
    return {"requestBody": {"required": True, "content": content}}


def complete(app: FastAPI, auth: bool) -> None:
    """Make the app's description hold the bodies' schemas and, with `auth`, how to send a key."""
    find_out = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            _extend(find_out(), auth)
        return find_out()

    app.openapi = openapi  # type: ignore[method-assign]


def _extend(description: dict[str, Any], auth: bool) -> None:
    components = description["components"]
    bodies = [(model, "validation") for model in (*BODIES, *STREAMED)]
    components["schemas"] |= models_json_schema(bodies, ref_template=REF)[1]["$defs"]  # type: ignore[arg-type]
    if not auth:
        return
    components["securitySchemes"] = SCHEMES
    for operations in description["paths"].values():
        for operation in operations.values():
            if "401" in operation["responses"]:
                operation["security"] = [{scheme: []} for scheme in SCHEMES]


def _failure(status: int) -> dict[str, Any]:
    response: dict[str, Any] = {"model": ErrorResponse, "description": MEANINGS[status]}
    if status in HEADERS:
        response["headers"] = {HEADERS[status]: {"schema": {"type": "string"}}}
    return response
