"""The playground: a page and its assets, read once."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter, Response
from starlette.exceptions import HTTPException

PLAYGROUND = Path(__file__).parent.parent / "playground"
INDEX = "index.html"
MEDIA_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
}
REVALIDATE = {"Cache-Control": "no-cache"}


def page_router(folder: Path = PLAYGROUND) -> APIRouter:
    """Routes for `/` and `/assets/NAME`; only files that lie in the folder now can ever be had."""
    files = {path.name: path.read_bytes() for path in folder.glob("*") if path.suffix in MEDIA_TYPES}
    router = APIRouter(include_in_schema=False)

    @router.get("/")
    async def index() -> Response:
        return _page(files, INDEX)

    @router.get("/assets/{name}")
    async def asset(name: str) -> Response:
        return _page(files, name)

    return router


def _page(files: dict[str, bytes], name: str) -> Response:
    if name not in files:
        raise HTTPException(404)
    return Response(files[name], media_type=MEDIA_TYPES[Path(name).suffix], headers=REVALIDATE)
