"""Starts Debian's Chromium, and keeps account of what a page complains about."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

ARGUMENTS = [
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
PATIENCE_MS = 300_000
"""A guard against hanging, not a measure: a shared machine may be slow."""
WINDOW = {"width": 1280, "height": 1000}


class Opened(NamedTuple):
    """A page and everything that its console said in anger: errors, warnings, violated policies."""

    page: Page
    complaints: list[str]


@contextmanager
def chromium() -> Iterator[Browser]:
    """A Chromium without a window; a test that needs one fails in a line where it is missing."""
    program = shutil.which("chromium")
    if program is None:
        pytest.fail("install chromium: apt-get install chromium", pytrace=False)
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS, timeout=PATIENCE_MS)
        yield browser
        browser.close()


@contextmanager
def fresh_page(browser: Browser, address: str) -> Iterator[Opened]:
    """A page with nothing remembered, open at `address`."""
    context = browser.new_context(viewport=WINDOW, reduced_motion="reduce", color_scheme="light")
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    complaints: list[str] = []
    page.on(
        "console", lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(address)
    yield Opened(page, complaints)
    context.close()
