"""References of the site are made from the code, and hold all of it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from pydantic import BaseModel

from docs.site.__main__ import openapi
from docs.site.http_reference import http_page
from docs.site.pages import committed, entries_of, site_text
from docs.site.python_reference import ENTRIES, python_page
from docs.site.settings_reference import sections, settings_page
from docs.site.source_pages import file_page, folder_page, page_of
from palate.config import Config
from serving.settings import ServingSettings
from tests.support.documents import ROOT

MADE = {f"reference/{name}.md" for name in ("run-settings", "endpoint-settings", "http", "python")}


@pytest.mark.parametrize("model", [Config, ServingSettings])
def test_settings_reference_has_every_setting_with_its_documentation(model: type[BaseModel]) -> None:
    page = settings_page("Settings", "", model)
    for path, section in sections(model):
        assert f"## {path or 'top level'}\n" in page
        for name, field in section.model_fields.items():
            assert f"`{name}`" in page or f"## {path}.{name}".replace("## .", "## ") in page
            assert field.description, f"{path}.{name} has no docstring"


def test_settings_reference_says_type_default_bounds_and_meaning() -> None:
    row = next(line for line in settings_page("", "", Config).splitlines() if "`validation_share`" in line)
    assert row.startswith("| `validation_share` | `float` | `0.1` | > 0, < 0.5 | Share of all events")


def test_http_reference_has_every_request_and_every_schema() -> None:
    description = openapi()
    page = http_page(description)
    for path, methods in description["paths"].items():
        assert all(f"### {method.upper()} {path}\n" in page for method in methods)
    assert all(f"\n### {name}\n" in page for name in description["components"]["schemas"])


def test_links_of_the_http_reference_lead_to_its_schemas() -> None:
    page = http_page(openapi())
    headings = {name.lower() for name in re.findall(r"^### (\w+)$", page, re.MULTILINE)}
    assert set(re.findall(r"\]\(#(\w+)\)", page)) <= headings


def test_python_reference_has_a_signature_and_words_for_every_entry() -> None:
    page = python_page()
    names = [entry.partition(":")[2] for entries in ENTRIES.values() for entry in entries]
    assert all(f"\n### {name}\n" in page for name in names)
    assert "#### OpenRelease.recommend" in page


def test_every_page_of_the_navigation_is_there_and_every_document_of_docs_is_in_it() -> None:
    navigation = (ROOT / "zensical.toml").read_text()
    pages = set(re.findall(r'= "([^"]+\.md)"', navigation))
    documents = {page_of(path) for path in committed("*.md")}
    assert pages - MADE <= documents
    assert {page for page in documents if page.startswith("docs/")} <= pages
    assert tomllib.loads(navigation)["project"]["theme"]["font"] is False


def test_a_link_to_code_leads_to_a_page_of_the_code() -> None:
    text = site_text(Path("docs/x.md"), "[a](../jobs/prepare.py) [b](../jobs) [c](results.md#serving)")
    assert text == "[a](../jobs/prepare.py.md) [b](../jobs/index.md) [c](results.md#serving)"
    assert "STAGE = Stage(" in file_page(Path("jobs/prepare.py"))
    listing = folder_page(Path("jobs"), entries_of(Path("jobs")))
    assert "- [prepare.py](prepare.py.md): Preparation: " in listing
