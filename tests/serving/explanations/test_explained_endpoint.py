"""`palate serve` with the language model that comes with it: explanations over HTTP and in a browser."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from palate.storage import Folder
from tests.support.processes.browser import Opened, chromium, fresh_page
from tests.support.processes.palate_serve import RunningEndpoint, palate_serve, replicas
from tests.support.processes.process_tree import kill
from tests.support.processes.wait import started, wait_until
from tests.support.releases.explained import publish_explained
from tests.support.worlds.tiny import Tiny

ANSWER_S = 300.0
"""A guard against hanging, not a measure: a shared machine may be slow."""


@pytest.fixture(scope="module")
def explaining_endpoint(tmp_path_factory: pytest.TempPathFactory, tiny: Tiny) -> Iterator[RunningEndpoint]:
    """An endpoint whose language model is ready."""
    folder = tmp_path_factory.mktemp("told")
    releases = publish_explained(Folder(str(folder / "run")), Folder(str(folder / "releases")), tiny)
    options, settings = ["--mode", "fused", "--explainer"], ["explainer.deadline_s=280"]
    with palate_serve(releases.uri, folder / "store", *options, settings=settings) as running:
        until_ready(running.url)
        yield running


@pytest.fixture(scope="module")
def url(explaining_endpoint: RunningEndpoint) -> str:
    return explaining_endpoint.url


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with started(chromium) as browser:
        yield browser


@pytest.fixture
def opened(browser: Browser, url: str) -> Iterator[Opened]:
    with fresh_page(browser, url) as one:
        yield one


def until_ready(url: str) -> None:
    wait_until(lambda: ask(url, "/healthz")["explainer"] == "ready", "the language model is ready")


def ask(url: str, path: str, body: dict[str, Any] | None = None, method: str | None = None) -> dict[str, Any]:
    content = None if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(f"{url}{path}", content, headers, method=method)
    with urllib.request.urlopen(request, timeout=ANSWER_S) as response:
        found: dict[str, Any] = json.load(response)
        return found


def heard(url: str, path: str) -> list[tuple[str, dict[str, Any]]]:
    """Name and data of every event of a stream."""
    with urllib.request.urlopen(f"{url}{path}", timeout=ANSWER_S) as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        blocks = response.read().decode().removesuffix("\n\n").split("\n\n")
    lines = [block.split("\n") for block in blocks]
    return [(name.removeprefix("event: "), json.loads(data.removeprefix("data: "))) for name, data in lines]


def test_a_stream_is_the_models_drafts_and_then_the_checked_text(url: str) -> None:
    events = heard(url, "/v1/users/u00/explanations/i05/stream")
    names = [name for name, _ in events]
    assert names[-1] == "explanation"
    assert set(names[:-1]) <= {"token", "rejected"}
    final = events[-1][1]
    assert (final["source"], final["cached"], final["reason"]) == ("own", False, None)
    assert "".join(data["text"] for name, data in events if name == "token") == final["text"]
    reasons = final["evidence"]["reasons"]
    assert reasons
    assert all(one["title"] in final["text"] for one in reasons)


def test_a_text_is_written_once_and_then_given_again(url: str) -> None:
    first = ask(url, "/v1/users/u02/explanations/i00")
    second = ask(url, "/v1/users/u02/explanations/i00")
    assert (first["source"], first["cached"], second["cached"]) == ("own", False, True)
    assert second["text"] == first["text"]
    assert [name for name, _ in heard(url, "/v1/users/u02/explanations/i00/stream")] == ["explanation"]
    listed = ask(url, "/v1/recommend", {"user": "u02", "k": 12, "explain": True})["items"]
    sentences = {place["item"]: place["explanation"] for place in listed if place["explanation"]}
    assert sentences == {"i00": {"text": first["text"], "source": "own"}}


def test_a_dislike_of_what_carries_a_text_has_it_written_anew(url: str) -> None:
    first = ask(url, "/v1/users/u04/explanations/i01")
    supporting_item = first["evidence"]["reasons"][0]["item"]
    ask(
        url,
        "/v1/events",
        {"events": [{"id": "no", "user": "u04", "item": supporting_item, "kind": "dislike"}]},
    )
    second = ask(url, "/v1/users/u04/explanations/i01")
    assert not second["cached"]
    assert supporting_item not in {one["item"] for one in second["evidence"]["reasons"]}


def test_who_leaves_a_stream_does_not_disturb_others(url: str) -> None:
    for _ in range(3):
        with urllib.request.urlopen(
            f"{url}/v1/users/u06/explanations/i03/stream", timeout=ANSWER_S
        ) as response:
            assert response.readline() == b"event: token\n"
    assert ask(url, "/v1/users/u06/explanations/i03")["source"] == "own"


def test_lines_of_a_profile_are_written_and_can_be_struck(url: str) -> None:
    lines = ask(url, "/v1/users/u08/profile")["lines"]
    assert {line["source"] for line in lines} <= {"own", "retry"}
    line = next(one for one in lines if "comedy" in one["categories"])
    body = {"user": "u08", "k": 12}
    before = ask(url, "/v1/recommend", body)["items"]
    ask(url, f"/v1/users/u08/profile/{line['id']}", method="DELETE")
    assert len(ask(url, "/v1/recommend", body)["items"]) < len(before)
    ask(url, f"/v1/users/u08/profile/{line['id']}", method="PUT")
    after = ask(url, "/v1/recommend", body)["items"]
    assert [one["item"] for one in after] == [one["item"] for one in before]
    assert [one["text"] for one in ask(url, "/v1/users/u08/profile")["lines"]] == [
        one["text"] for one in lines
    ]


def choose(page: Page, user: str) -> Locator:
    """Ask for a user's list; its places."""
    page.locator("#user").fill(user)
    page.locator("#go").click()
    places = page.locator("#recommendations > li[data-item]")
    expect(places.first).to_be_visible()
    return places


def test_why_is_told_in_the_card_and_still_there_in_the_next_list(opened: Opened) -> None:
    place = choose(opened.page, "u10").first
    place.get_by_role("button", name="Why?").click()
    expect(place.get_by_test_id("fall")).to_contain_text("without what it rests on")
    expect(place.locator(".note").last).to_contain_text("Written by the language model")
    expect(place.locator(".draft")).to_have_count(0)
    expect(place.get_by_role("list", name="What it rests on").get_by_role("listitem").first).to_be_visible()
    text = place.get_by_test_id("sentence").text_content() or ""
    assert text.endswith(".")
    again = choose(opened.page, "u10").first
    expect(again.get_by_test_id("sentence")).to_have_text(text)
    assert opened.complaints == []


def test_a_line_of_the_profile_is_struck_and_brought_back(opened: Opened) -> None:
    page = opened.page
    places = choose(page, "u12")
    expect(page.locator("#lines > li")).to_have_count(0)
    count = places.count()
    page.locator("#profile > summary").click()
    dismiss = page.locator("#lines").get_by_role("button", name="Strike: comedy", exact=True)
    dismiss.click()
    expect(page.get_by_test_id("message")).to_contain_text("“comedy” is struck")
    undo = page.locator("#lines").get_by_role("button", name="Undo: comedy", exact=True)
    expect(undo).to_be_focused()
    assert places.count() < count
    undo.click()
    expect(page.get_by_test_id("message")).to_contain_text("is restored")
    expect(places).to_have_count(count)
    expect(dismiss).to_be_focused()
    assert opened.complaints == []


def test_the_keyboard_asks_why(opened: Opened) -> None:
    page = opened.page
    places = choose(page, "u14")
    page.locator("#go").focus()
    page.keyboard.press("j")
    expect(places.first).to_be_focused()
    page.keyboard.press("w")
    expect(places.first.get_by_role("list", name="What it rests on")).to_be_visible()


@pytest.mark.parametrize("width", [400, 1280])
def test_explanations_do_not_stick_out_sideways(opened: Opened, width: int) -> None:
    page = opened.page
    page.set_viewport_size({"width": width, "height": 900})
    place = choose(page, "u10").first
    place.get_by_role("button", name="Why?").click()
    expect(place.get_by_role("list", name="What it rests on")).to_be_visible()
    page.locator("#profile > summary").click()
    expect(page.locator("#lines > li").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_lists_go_on_while_the_explainer_is_replaced(explaining_endpoint: RunningEndpoint) -> None:
    url, process = explaining_endpoint
    kill(replicas(process, "Explainer")[0])
    assert len(ask(url, "/v1/recommend", {"user": "u16", "k": 3, "explain": True})["items"]) == 3
    until_ready(url)
    assert ask(url, "/v1/users/u16/explanations/i00")["text"]
