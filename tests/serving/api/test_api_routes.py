"""Every path answers what the service says."""

from __future__ import annotations

import pytest

from serving.api.schemas.types import LIST_EXAMPLE
from tests.support.api.client import ask, code, event, open_app, post
from tests.support.api.dict_service import DictService


def test_recommends_to_a_history() -> None:
    answer = ask(open_app(), "POST", "/v1/recommend", json={"history": ["i0", "i2"], "k": 2}).json()
    assert [place["item"] for place in answer["items"]] == ["i1", "i3"]
    assert answer["user"] is None
    assert answer["removed"] is None


def test_recommends_to_an_empty_history() -> None:
    answer = ask(open_app(), "POST", "/v1/recommend", json={"history": []})
    assert len(answer.json()["items"]) == 6


def test_debug_in_the_query_is_the_same_as_in_the_body() -> None:
    request = {"history": [], "exclude": ["i5"]}
    by_query = ask(open_app(), "POST", "/v1/recommend?debug=1", json=request).json()
    by_body = ask(open_app(), "POST", "/v1/recommend", json=request | {"debug": True}).json()
    assert by_query == by_body
    assert [removed["item"] for removed in by_query["removed"]] == ["i5"]


def test_finds_similar_items() -> None:
    answer = ask(open_app(), "POST", "/v1/similar", json={"item": "i1", "k": 2}).json()
    assert [place["item"] for place in answer["items"]] == ["i0", "i2"]


def test_searches() -> None:
    answer = ask(open_app(), "POST", "/v1/search", json={"text": "Film 3"}).json()
    assert [place["title"] for place in answer["items"]] == ["Film 3"]


def test_a_search_is_recorded_when_asked_and_an_event_can_be_a_text_alone() -> None:
    service = DictService()
    app = open_app(service)
    asked = {"text": "Film 3", "user": "u1"}
    ask(app, "POST", "/v1/search", json=asked)
    assert service.seen == {}
    answer = ask(app, "POST", "/v1/search", json={**asked, "record": True}).json()
    assert service.seen == {"u1": [(answer["list"], "")]}
    text = {"id": "t", "user": "u1", "kind": "question", "text": "which film\nis short?"}
    assert ask(app, "POST", "/v1/events", json={"events": [text]}).json()["accepted"] == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"text": ""},
        {"text": "x" * 2001},
        {"text": "nul \u0000"},
        {"text": "of no item", "list": LIST_EXAMPLE},
    ],
)
def test_an_event_needs_an_item_or_a_text_of_some_length(wrong: dict[str, str]) -> None:
    sent = {"id": "1", "user": "u1", **wrong}
    assert ask(open_app(), "POST", "/v1/events", json={"events": [sent]}).status_code == 422


def test_a_search_without_a_user_is_not_recorded() -> None:
    answer = ask(open_app(), "POST", "/v1/search", json={"text": "Film 3", "record": True})
    assert answer.status_code == 422
    assert "record" in answer.json()["error"]["message"]


def test_events_show_in_the_user_and_in_the_next_list() -> None:
    app = open_app()
    told = ask(app, "POST", "/v1/events", json={"events": [event(1), event(2, item="i3")]}).json()
    assert told == {"accepted": 2, "known": 0, "versions": {"u1": 2}}
    again = ask(app, "POST", "/v1/events", json={"events": [event(1)]}).json()
    assert (again["accepted"], again["known"]) == (0, 1)
    user = ask(app, "GET", "/v1/users/u1").json()
    assert [past["item"] for past in user["history"]] == ["i3", "i0"]
    listed = ask(app, "POST", "/v1/recommend", json={"user": "u1"}).json()
    assert [place["item"] for place in listed["items"]] == ["i1", "i2", "i4", "i5"]


def test_forgets_a_user() -> None:
    app = open_app()
    ask(app, "POST", "/v1/events", json={"events": [event(1)]})
    assert ask(app, "DELETE", "/v1/users/u1").json() == {"user": "u1", "deleted": 1}
    assert not ask(app, "GET", "/v1/users/u1").json()["known"]


def test_ids_may_hold_slashes_spaces_and_any_script() -> None:
    answer = ask(open_app(), "GET", "/v1/users/a%2Fb%20%E7%8C%AB")
    assert answer.json()["user"] == "a/b 猫"


def test_shows_items_releases_and_health() -> None:
    app = open_app()
    assert ask(app, "GET", "/v1/items/i2").json()["title"] == "Film 2"
    assert ask(app, "GET", "/v1/releases").json()["serving"] == "r1"
    assert ask(app, "GET", "/healthz").json() == {
        "status": "ok",
        "release": "r1",
        "mode": "fused",
        "explainer": "off",
    }


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        ("/v1/recommend?debgu=1", "query.debgu: there is no such parameter; did you mean debug?"),
        ("/v1/recommend?debug=1&x=2", "query.x: there is no such parameter"),
        ("/v1/similar?debug=1", "query.debug: there is no such parameter"),
    ],
)
def test_an_unknown_parameter_is_refused_with_the_nearest(path: str, hint: str) -> None:
    body = b'{"user": "u1"}' if "recommend" in path else b'{"item": "i0"}'
    response = post(open_app(), path, body)
    assert (response.status_code, code(response)) == (422, "invalid_field")
    assert response.json()["error"]["message"] == hint
