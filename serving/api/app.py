"""The HTTP API as one ASGI app."""

from __future__ import annotations

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware

from serving.api import openapi
from serving.api.auth import Access, KeyVerifier
from serving.api.docs_page import docs_router
from serving.api.errors.handlers import handle
from serving.api.metrics import Metrics
from serving.api.middleware.access_log import Observe
from serving.api.middleware.head import HeadAsGet
from serving.api.middleware.hosts import AllowedHosts
from serving.api.middleware.limits import BodyLimit, ErrorBoundary, SecurityHeaders
from serving.api.playground import page_router
from serving.api.request_id import REQUEST_ID_HEADER, RequestIds
from serving.api.routes import router
from serving.api.services import Services
from serving.api.settings import ApiSettings
from serving.api.state import Api

CORS_HEADERS = ("Authorization", "Content-Encoding", "Content-Type", "X-API-Key", REQUEST_ID_HEADER)
"""What scripts of the allowed pages may send."""
DESCRIPTION = """
Recommendations from a published release, and the events that change them.

Send a key as `X-API-Key: KEY` or `Authorization: Bearer KEY`. A key's role is `read` (lists, items, users),
`write` (also events), `catalogue` (lists, and changes of items), `admin` (everything) or `metrics` (metrics
alone). Bodies may be
compressed (`Content-Encoding: gzip`). Every refusal has the shape of `ErrorResponse`:
a code, what is wrong, what to do, and the request's id, which `X-Request-ID` may choose.
"""
OPENAPI_TAGS = [
    {"name": "lists", "description": "Items for a user, like an item, or by description."},
    {"name": "users", "description": "What users do, what is known of them, and how to erase it."},
    {"name": "explanations", "description": "Why an item is on a list, and a taste that can be corrected."},
    {"name": "items", "description": "The catalogue as it is now."},
    {"name": "releases", "description": "What was trained and published."},
    {"name": "operation", "description": "For load balancers and monitoring."},
]


def create_api(services: Services, settings: ApiSettings, keys: KeyVerifier | None = None) -> FastAPI:
    """The API in front of the services.

    With `settings.auth`, `keys` knows who may do what; `ValueError` if it is missing.
    """
    app = FastAPI(
        title="Palate", version="1", description=DESCRIPTION, openapi_tags=OPENAPI_TAGS,
        # FastAPI's own pages load scripts from elsewhere, which the security headers forbid.
        docs_url=None, redoc_url=None, redirect_slashes=False,
    )  # fmt: skip
    metrics = Metrics()
    app.state.api = Api(services, settings, Access(settings, keys), metrics)
    # Taken as they are: `include_router` would build each of them a second time.
    app.router.routes.extend(router.routes)
    app.include_router(page_router())
    app.include_router(docs_router())
    _surround(app, settings, metrics)
    openapi.complete(app, settings.auth)
    return app


def _surround(app: FastAPI, settings: ApiSettings, metrics: Metrics) -> None:
    for error in (HTTPException, RequestValidationError):
        app.add_exception_handler(error, handle)
    # The last that is added is the outermost.
    app.add_middleware(BodyLimit, max_bytes=settings.max_body_bytes)
    app.add_middleware(ErrorBoundary)
    app.add_middleware(HeadAsGet)
    if not settings.auth:
        app.add_middleware(AllowedHosts, hosts=settings.allowed_hosts)
    app.add_middleware(SecurityHeaders)
    if settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.cors_origins,
            allow_methods=("GET", "POST", "PUT", "PATCH", "DELETE"),
            allow_headers=CORS_HEADERS,
            expose_headers=(REQUEST_ID_HEADER, "Retry-After"),
        )
    app.add_middleware(Observe, metrics=metrics)
    app.add_middleware(RequestIds)
