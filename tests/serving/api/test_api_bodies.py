"""Bodies that do not fit are refused in words, and nothing that a client sends breaks the server."""

from __future__ import annotations

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import BaseModel

from serving.api.errors.mapping import ApiError, Problem
from serving.api.json_body import parse
from serving.api.schemas import EventsRequest, RecommendRequest
from tests.support.api.client import ask, code, event, open_app, post

MANY = 1_000_000
APP = open_app()


def message(body: object, path: str = "/v1/recommend") -> str:
    """What a body that does not fit is told."""
    response = post(APP, path, json.dumps(body).encode())
    assert response.status_code == 422
    assert code(response) == "invalid_field"
    return str(response.json()["error"]["message"])


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"user=u1",
        b'{"user": "\\ud800"}',
        b'{"user": "\xff"}',
        b"[" * 100_000,
        b'{"history": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"user": "u1", "seed": ' + b"9" * 5_000 + b"}",
    ],
    ids=["empty", "cut", "form", "surrogate", "latin-1", "deep", "deep and closed", "huge integer"],
)
def test_what_is_no_json_is_refused(body: bytes) -> None:
    response = post(APP, "/v1/recommend", body)
    assert response.status_code == 400
    assert code(response) == "invalid_json"
    assert len(response.content) < 1000


@pytest.mark.parametrize(
    ("body", "part"),
    [
        (b'{"user": "u\\u0000"}', "user"),
        (b'{"user": "u\\n"}', "user"),
        (b'{"user": ""}', "user"),
        (b'{"user": 7}', "user"),
        (b'{"user": "u1", "k": "10"}', "k"),
        (b'{"user": "u1", "k": true}', "k"),
        (b'{"user": "u1", "k": 0}', "k"),
        (b'{"user": "u1", "k": 101}', "k"),
        (b'{"user": "u1", "diversity": NaN}', "diversity"),
        (b'{"user": "u1", "filters": {"not_before": Infinity}}', "filters.not_before"),
        (b'{"user": "u1", "filters": {"boosts": [{"match": "a", "factor": 0}]}}', "filters.boosts.0.factor"),
        (b'{"user": "u1", "seed": 2147483648}', "seed"),
        (b'{"user": "u1", "seed": ' + b"9" * 4_000 + b"}", "seed"),
        (b'{"history": ["i0", "\\u0007"]}', "history.1"),
        (b"null", "The body"),
        (b"[]", "The body"),
    ],
)
def test_a_field_that_does_not_fit_is_named(body: bytes, part: str) -> None:
    response = post(APP, "/v1/recommend", body)
    assert response.status_code == 422
    assert response.json()["error"]["message"].startswith(f"{part}: ")
    assert len(response.content) < 1000


def test_the_action_says_what_is_allowed() -> None:
    error = post(APP, "/v1/recommend", b'{"user": "u1", "k": 500}').json()["error"]
    assert error["message"] == "k: Input should be less than or equal to 100 (got 500)"
    assert error["action"] == "k: How many items, 1 to 100."


def test_an_unknown_field_is_named_with_the_nearest_known_one() -> None:
    body = b'{"user": "u1", "divrsity": 0.5, "filters": {"denny": "horror"}}'
    error = post(APP, "/v1/recommend", body).json()["error"]
    assert "divrsity: there is no such field; did you mean diversity?" in error["message"]
    assert "filters.denny: there is no such field; did you mean deny?" in error["message"]
    assert "allow, deny, boosts" in error["action"]


@pytest.mark.parametrize("body", [{}, {"user": "u1", "history": []}, {"user": None, "history": None}])
def test_exactly_one_of_user_and_history_is_needed(body: object) -> None:
    assert message(body) == "The body: give exactly one of user and history"


def test_a_long_input_is_not_repeated() -> None:
    assert len(message({"user": "x" * 100_000})) < 400
    assert len(message({"user": "u1", "y" * 100_000: 1})) < 400


def test_more_items_than_a_list_may_hold_are_refused() -> None:
    body = json.dumps({"history": [], "exclude": ["i"] * MANY}).encode()
    assert post(APP, "/v1/recommend", body).status_code == 413
    assert post(open_app(max_body_bytes=2 * len(body)), "/v1/recommend", body).status_code == 422


def test_many_mistakes_are_counted_and_not_listed() -> None:
    assert message({f"a{number}": 1 for number in range(50_000)}) == "The body has 50000 mistakes."


@pytest.mark.parametrize(
    ("events", "part"),
    [
        ([], "events: "),
        ([event(number) for number in range(1001)], "events: "),
        ([event(0), event(1, kind="Click")], "events.1.kind: "),
        ([event(0, time=-1)], "events.0.time: "),
        ([event(0, id="")], "events.0.id: "),
    ],
    ids=["none", "too many", "kind", "time", "id"],
)
def test_an_event_that_does_not_fit_is_named(events: list[object], part: str) -> None:
    assert message({"events": events}, "/v1/events").startswith(part)


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [("Content-Type", "text/plain")],
        [("Content-Type", "application/x-www-form-urlencoded")],
        [("Content-Type", "application/json"), ("Content-Type", "text/plain")],
    ],
)
def test_only_json_is_accepted(headers: list[tuple[str, str]]) -> None:
    response = ask(APP, "POST", "/v1/recommend", content=b'{"user": "u1"}', headers=headers)
    assert response.status_code == 415
    assert "application/json" in response.json()["error"]["action"]


def test_a_character_set_may_be_named() -> None:
    headers = {"Content-Type": "Application/JSON; charset=utf-8"}
    response = ask(APP, "POST", "/v1/recommend", content=b'{"user": "u1"}', headers=headers)
    assert response.status_code == 200


@pytest.mark.parametrize("path", ["/v1/users/a%00b", "/v1/users/" + "x" * 257, "/v1/users/", "/v1/items/%0A"])
def test_an_id_in_a_path_that_does_not_fit_is_refused(path: str) -> None:
    response = ask(APP, "GET", path)
    assert response.status_code == 422
    assert "1 to 256 characters" in response.json()["error"]["action"]


def test_a_query_that_does_not_fit_is_refused() -> None:
    response = ask(APP, "POST", "/v1/recommend?debug=perhaps", json={"user": "u1"})
    assert response.status_code == 422
    assert response.json()["error"]["message"].startswith("query.debug: ")


def refusal(model: type[BaseModel], body: bytes) -> Problem | None:
    """What is wrong with a body; None if it fits."""
    try:
        parse(model, body)
    except ApiError as refused:
        return refused.problem
    return None


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.dictionaries(st.sampled_from(["user", "history", "k", "filters", "events", "id"]), inner)
    ),
    max_leaves=20,
)


@given(anything.map(lambda value: json.dumps(value).encode()) | st.binary())
@example(b'{"user": "u1", "k": 1e400}')
def test_any_bytes_are_a_request_or_a_refusal_of_bounded_length(body: bytes) -> None:
    for model in (RecommendRequest, EventsRequest):
        refused = refusal(model, body)
        assert refused is None or refused.status in (400, 422)
        assert refused is None or len(refused.message) < 2000
