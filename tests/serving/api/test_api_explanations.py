"""Explanations, streams of them, and profiles over HTTP."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from tests.support.api.client import ask, code, open_app
from tests.support.api.dict_service import EVIDENCE, DictService

STREAM = "/v1/users/u1/explanations/i0/stream"


def heard(response: httpx.Response) -> list[tuple[str, dict[str, Any]]]:
    """Name and data of every event."""
    blocks = response.text.removesuffix("\n\n").split("\n\n")
    lines = [block.split("\n") for block in blocks]
    return [(name.removeprefix("event: "), json.loads(data.removeprefix("data: "))) for name, data in lines]


def test_an_explanation_has_its_text_and_its_evidence() -> None:
    answer = ask(open_app(), "GET", "/v1/users/u1/explanations/i2").json()
    assert (answer["item"], answer["text"], answer["source"]) == ("i2", "This is Film 2.", "template")
    assert answer["reason"] == "off"
    assert answer["evidence"] == EVIDENCE.model_dump()


def test_a_stream_is_drafts_and_at_its_end_one_explanation() -> None:
    app = open_app()
    response = ask(app, "GET", STREAM)
    assert response.headers["content-type"].startswith("text/event-stream")
    assert response.headers["cache-control"] == "no-store"
    events = heard(response)
    assert [name for name, _ in events] == ["token", "token", "rejected", "explanation"]
    assert events[0][1] == {"text": "Once upon"}
    assert events[2][1] == {"reasons": ["is a tale"]}
    assert events[3][1] == ask(app, "GET", STREAM.removesuffix("/stream")).json()


def test_an_explanation_of_a_list_that_was_asked_for_takes_its_filters_and_its_query() -> None:
    body = {"filters": {"deny": "Horror"}, "query": "before 1990", "language": "de"}
    path = STREAM.removesuffix("/stream")
    assert ask(open_app(), "POST", path, json=body).json()["item"] == "i0"
    assert heard(ask(open_app(), "POST", STREAM, json=body))[-1][0] == "explanation"
    for wrong in ({"language": "German"}, {"query": ""}, {"k": 3}):
        assert ask(open_app(), "POST", path, json=wrong).status_code == 422


@pytest.mark.parametrize("path", ["/v1/users/u1/explanations/i99", "/v1/users/u1/explanations/i99/stream"])
def test_an_unknown_item_is_refused_before_anything_is_streamed(path: str) -> None:
    response = ask(open_app(), "GET", path)
    assert response.status_code == 404
    assert code(response) == "not_found"


def test_who_leaves_a_stream_stops_the_work() -> None:
    service = DictService()
    asyncio.run(leave_after_the_first_event(open_app(service)))
    assert service.left == ["u1"]


async def leave_after_the_first_event(app: FastAPI) -> None:
    """As a server does: the client's connection ends, and `send` fails from then on."""
    gone = asyncio.Event()

    async def receive() -> dict[str, Any]:
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        if message.get("body"):
            gone.set()
            await asyncio.Event().wait()  # the client reads no more

    scope = {
        "type": "http", "asgi": {"version": "3.0", "spec_version": "2.3"}, "http_version": "1.1",
        "method": "GET", "scheme": "http", "path": STREAM, "raw_path": STREAM.encode(), "root_path": "",
        "query_string": b"", "headers": [(b"host", b"test")], "client": ("test", 1), "server": ("test", 80),
    }  # fmt: skip
    await app(scope, receive, send)


def test_a_line_is_struck_and_restored() -> None:
    app = open_app()
    assert [line["id"] for line in ask(app, "GET", "/v1/users/u1/profile").json()["lines"]] == ["drama"]
    struck = ask(app, "DELETE", "/v1/users/u1/profile/drama").json()
    assert struck["struck"] == [{"id": "drama", "categories": ["drama"]}]
    after = ask(app, "GET", "/v1/users/u1/profile").json()
    assert (after["lines"], after["struck"]) == ([], struck["struck"])
    assert ask(app, "PUT", "/v1/users/u1/profile/drama").json()["struck"] == []
    assert ask(app, "DELETE", "/v1/users/u1/profile/nothing").status_code == 404


def test_ids_may_hold_slashes_even_those_that_look_like_our_paths() -> None:
    app = open_app()
    user = "a%2Fexplanations%2Fb"
    assert ask(app, "GET", f"/v1/users/{user}/profile").json()["user"] == "a/explanations/b"
    assert ask(app, "GET", f"/v1/users/{user}/explanations/i0").json()["user"] == "a/explanations/b"
    assert ask(app, "DELETE", "/v1/users/u1/profile/a%2Fprofile%2Fb").status_code == 200
    assert "events" in ask(app, "GET", f"/v1/users/{user}").json()
    assert ask(app, "DELETE", "/v1/users/a%2Fprofile%2Fdrama").json()["user"] == "a/profile/drama"


def test_explanations_are_counted() -> None:
    app = open_app()
    ask(app, "GET", STREAM)
    ask(app, "GET", "/v1/users/u1/explanations/i1")
    text = ask(app, "GET", "/metrics").text
    assert 'palate_explanations_total{cached="no",reason="off",source="template"} 2.0' in text
