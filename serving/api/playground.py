"""The playground: a page and its assets."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter

from serving.api.static_files import static_router

PLAYGROUND = Path(__file__).parent.parent / "playground"


def page_router(folder: Path = PLAYGROUND) -> APIRouter:
    """Routes for `/` and `/assets/NAME`; only files that lie in the folder now can ever be had."""
    return static_router("/", "/assets", folder.glob("*"))
