"""`python -m docs.site FOLDER` writes every page of the site as Markdown, for `make docs` to build it."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from docs.site.http_reference import http_page
from docs.site.pages import write, write_documents
from docs.site.python_reference import python_page
from docs.site.settings_reference import settings_page
from palate.config import Config
from serving.api.app import create_api
from serving.api.settings import ApiSettings
from serving.settings import ServingSettings

RUN = (
    "What a run may be told, in a YAML file or behind a command as `section.key=value`. "
    "The defaults run the demonstration."
)
ENDPOINT = (
    "What an endpoint may be told, behind `palate serve` as `section.key=value` or in a Serve config file."
)


def write_site(site: Path) -> None:
    """Write all pages below an empty folder."""
    shutil.rmtree(site, ignore_errors=True)
    write_documents(site)
    reference = site / "reference"
    write(reference / "run-settings.md", settings_page("Settings of a run", RUN, Config))
    write(
        reference / "endpoint-settings.md",
        settings_page("Settings of an endpoint", ENDPOINT, ServingSettings),
    )
    write(reference / "http.md", http_page(openapi()))
    write(reference / "python.md", python_page())


def openapi() -> dict[str, object]:
    """The description that a server would give; none is started, and nobody answers."""
    return create_api(services=None, settings=ApiSettings(auth=False)).openapi()  # type: ignore[arg-type]


if __name__ == "__main__":
    write_site(Path(sys.argv[1]))
