"""The documentation page is served whole by the endpoint itself, under the policy of every other page."""

from __future__ import annotations

import re

import pytest

from serving.api.docs_page import PAGE
from serving.api.middleware.limits import CONTENT_SECURITY_POLICY
from tests.support.api.client import ask, guarded_app, open_app


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("/docs", "text/html"),
        ("/docs/start.js", "text/javascript"),
        ("/docs/swagger-ui-bundle.js", "text/javascript"),
        ("/docs/swagger-ui.css", "text/css"),
    ],
)
def test_each_file_needs_no_key_and_has_its_media_type_and_the_policy(path: str, media_type: str) -> None:
    response = ask(guarded_app(), "GET", path)
    assert response.status_code == 200
    assert response.headers["content-type"] == f"{media_type}; charset=utf-8"
    assert response.headers["content-security-policy"] == CONTENT_SECURITY_POLICY
    assert response.headers["x-content-type-options"] == "nosniff"


def test_the_page_loads_nothing_but_what_the_endpoint_serves() -> None:
    page = ask(open_app(), "GET", "/docs").text
    loaded = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert "docs/start.js" in loaded
    assert [path for path in loaded if ask(open_app(), "GET", f"/{path}").status_code != 200] == []


def test_the_page_has_no_code_or_style_of_its_own() -> None:
    page = (PAGE / "index.html").read_text()
    assert re.findall(r"<script(?![^>]*\bsrc=)|<style|\bstyle=|\bon\w+=", page) == []


@pytest.mark.parametrize(
    "path",
    [
        "/docs/",
        "/docs/redoc.standalone.js",
        "/docs/__init__.py",
        "/docs/../app.py",
        "/docs/..%2Fcore.py",
        "/redoc",
    ],
)
def test_nothing_else_of_the_package_can_be_had(path: str) -> None:
    assert ask(open_app(), "GET", path).status_code == 404


def test_the_description_names_the_ways_to_send_a_key_only_where_one_is_needed() -> None:
    guarded = ask(guarded_app(), "GET", "/openapi.json").json()["components"]
    assert set(guarded["securitySchemes"]) == {"ApiKey", "Bearer"}
    assert "securitySchemes" not in ask(open_app(), "GET", "/openapi.json").json()["components"]
