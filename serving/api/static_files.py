"""Static files: pages and what they load, read once; nothing else can ever be had."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from fastapi import APIRouter, Response
from starlette.exceptions import HTTPException

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

Files = Mapping[str, bytes]
"""Content by name."""


def static_router(page: str, assets: str, paths: Iterable[Path]) -> APIRouter:
    """Routes for the index at `page` and each file at `assets/NAME`; only what is read now can be had."""
    files = _read_files(paths)
    router = APIRouter(include_in_schema=False)

    @router.get(page)
    async def index() -> Response:
        return _file_response(files, INDEX)

    @router.get(f"{assets}/{{name}}")
    async def asset(name: str) -> Response:
        return _file_response(files, name)

    return router


def _file_response(files: Files, name: str) -> Response:
    """The file of this name; 404 if it is none of them."""
    if name not in files:
        raise HTTPException(404)
    return Response(files[name], media_type=MEDIA_TYPES[Path(name).suffix], headers=REVALIDATE)


def _read_files(paths: Iterable[Path]) -> Files:
    """The files that have a media type of a page."""
    return {path.name: path.read_bytes() for path in paths if path.suffix in MEDIA_TYPES}
