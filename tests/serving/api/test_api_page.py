"""The playground's files, and nothing else, are served."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi import FastAPI

from serving.api.playground import page_router
from tests.support.api.client import ask


@pytest.fixture
def pages(tmp_path: Path) -> FastAPI:
    folder = tmp_path / "playground"
    folder.mkdir()
    (folder / "index.html").write_text("<!doctype html><p>Palate</p>")
    (folder / "app.js").write_text("export {}")
    (folder / "style.css").write_text("p {}")
    (folder / "notes.txt").write_text("private")
    (tmp_path / "outside.js").write_text("private")
    app = FastAPI()
    app.include_router(page_router(folder))
    return app


@pytest.mark.parametrize(
    ("path", "media_type"),
    [("/", "text/html"), ("/assets/app.js", "text/javascript"), ("/assets/style.css", "text/css")],
)
def test_a_file_has_its_media_type(pages: FastAPI, path: str, media_type: str) -> None:
    response = ask(pages, "GET", path)
    assert response.status_code == 200
    assert response.headers["content-type"] == f"{media_type}; charset=utf-8"
    assert response.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    "path",
    ["/assets/notes.txt", "/assets/../outside.js", "/assets/..%2Foutside.js", "/assets/none.js", "/assets/"],
)
def test_nothing_else_can_be_had(pages: FastAPI, path: str) -> None:
    assert ask(pages, "GET", path).status_code == 404
