"""Interactive API documentation: Swagger UI over the endpoint's own OpenAPI description.

FastAPI's page loads scripts from elsewhere and has one inline, both of which the security headers forbid.
This one works offline: the assets of Swagger UI come with the package fastapi-offline, none of whose code
is imported. The page needs no key, as `/openapi.json` needs none; the requests that it tries do.
"""

from __future__ import annotations

from importlib.metadata import distribution
from pathlib import Path

from fastapi import APIRouter

from serving.api.static_files import static_router

PAGE = Path(__file__).parent.parent / "api_docs"
SWAGGER_UI = ("swagger-ui-bundle.js", "swagger-ui.css")


def docs_router() -> APIRouter:
    """Routes for `/docs` and `/docs/NAME`."""
    assets = [_swagger_ui() / name for name in SWAGGER_UI]
    return static_router("/docs", "/docs", [*PAGE.glob("*"), *assets])


def _swagger_ui() -> Path:
    return Path(str(distribution("fastapi-offline").locate_file("fastapi_offline"))) / "static"
