"""The documentation page in a real browser, against an API that wants a key."""

from __future__ import annotations

import time
from collections.abc import Iterator
from threading import Thread

import pytest
import uvicorn
from playwright.sync_api import Browser, Locator, Page, expect

from tests.support.api.client import guarded_app
from tests.support.processes.browser import Opened, chromium, fresh_page

HEALTH, RELEASES = "/healthz", "/v1/releases"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def guarded_endpoint() -> Iterator[str]:
    """Address of an API over a service of dictionaries, whose keys are `palate_` and a role."""
    server = uvicorn.Server(uvicorn.Config(guarded_app(), port=0, log_level="error"))
    thread = Thread(target=server.run)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()


@pytest.fixture
def opened(browser: Browser, guarded_endpoint: str) -> Iterator[Opened]:
    with fresh_page(browser, f"{guarded_endpoint}/docs") as opened:
        yield opened


def operation(page: Page, path: str) -> Locator:
    return page.locator(".opblock", has=page.locator(f'[data-path="{path}"]'))


def tried(page: Page, path: str) -> Locator:
    """The answer to a request that is sent from the page."""
    block = operation(page, path)
    if not block.get_by_role("button", name="Execute").is_visible():
        block.locator(".opblock-summary-control").click()
        block.get_by_role("button", name="Try it out").click()
    block.get_by_role("button", name="Execute").click()
    return block.locator(".live-responses-table tbody .response-col_status")


def authorise(page: Page, key: str) -> None:
    page.locator(".scheme-container .authorize").click()
    form = page.locator(".auth-container", has_text="X-API-Key")
    form.get_by_role("textbox").fill(key)
    form.get_by_role("button", name="Apply credentials").click()
    page.get_by_role("button", name="Close").last.click()


def test_page_shows_the_api_without_complaint_and_asks_nobody_else(
    browser: Browser, guarded_endpoint: str
) -> None:
    with fresh_page(browser, "about:blank") as opened:
        addresses: list[str] = []
        opened.page.on("request", lambda request: addresses.append(request.url))
        opened.page.goto(f"{guarded_endpoint}/docs")
        expect(operation(opened.page, "/v1/recommend")).to_be_visible()
        expect(opened.page.locator(".scheme-container .authorize")).to_be_visible()
        elsewhere = [one for one in addresses if not one.startswith((guarded_endpoint, "data:"))]
    assert opened.complaints == []
    assert elsewhere == []


def test_a_request_is_tried_and_answered(opened: Opened) -> None:
    expect(tried(opened.page, HEALTH)).to_have_text("200")
    assert opened.complaints == []


def test_a_guarded_request_is_refused_until_a_key_is_given(opened: Opened) -> None:
    expect(tried(opened.page, RELEASES)).to_have_text("401")
    opened.complaints.clear()  # the browser reports every refusal
    authorise(opened.page, "palate_read")
    expect(tried(opened.page, RELEASES)).to_have_text("200")
    assert opened.complaints == []


@pytest.mark.parametrize("width", [400, 1280])
def test_nothing_sticks_out_sideways(opened: Opened, width: int) -> None:
    opened.page.set_viewport_size({"width": width, "height": 900})
    expect(operation(opened.page, "/v1/recommend")).to_be_visible()
    assert opened.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
