"""The playground: a page and its assets."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter, Response

from serving.api.static_files import INDEX, file_response, read_files

PLAYGROUND = Path(__file__).parent.parent / "playground"


def page_router(folder: Path = PLAYGROUND) -> APIRouter:
    """Routes for `/` and `/assets/NAME`; only files that lie in the folder now can ever be had."""
    files = read_files(folder.glob("*"))
    router = APIRouter(include_in_schema=False)

    @router.get("/")
    async def index() -> Response:
        return file_response(files, INDEX)

    @router.get("/assets/{name}")
    async def asset(name: str) -> Response:
        return file_response(files, name)

    return router
