"""Interactive API documentation: Swagger UI over the endpoint's own OpenAPI description.

FastAPI's page loads scripts from elsewhere and has one inline, both of which the security headers forbid.
This one works offline: the assets of Swagger UI come with the package fastapi-offline, none of whose code
is imported. The page needs no key, as `/openapi.json` needs none; the requests that it tries do.
"""

from __future__ import annotations

from importlib.metadata import distribution
from pathlib import Path

from fastapi import APIRouter, Response

from serving.api.static_files import INDEX, file_response, read_files

PAGE = Path(__file__).parent.parent / "api_docs"
SWAGGER_UI = ("swagger-ui-bundle.js", "swagger-ui.css")


def docs_router() -> APIRouter:
    """Routes for `/docs` and `/docs/NAME`."""
    files = read_files([*PAGE.glob("*"), *(_swagger_ui() / name for name in SWAGGER_UI)])
    router = APIRouter(include_in_schema=False)

    @router.get("/docs")
    async def docs() -> Response:
        return file_response(files, INDEX)

    @router.get("/docs/{name}")
    async def docs_asset(name: str) -> Response:
        return file_response(files, name)

    return router


def _swagger_ui() -> Path:
    return Path(str(distribution("fastapi-offline").locate_file("fastapi_offline"))) / "static"
