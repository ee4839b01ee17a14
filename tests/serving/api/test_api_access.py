"""Keys, roles and rates."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi import Request

from palate.online import Key, StoreUnavailable
from serving.api.app import create_api
from serving.api.auth import address_of
from serving.api.settings import ApiSettings
from tests.support.api.client import Keys, ask, code, event, guarded_app, open_app, services_of
from tests.support.api.dict_service import DictService

GUARDED = guarded_app()
ROLES = ("read", "write", "admin")
READ, WRITE, ADMIN = ({"X-API-Key": f"palate_{role}"} for role in ROLES)
ITEMS: dict[str, Any] = {"json": {"items": [{"item": "new", "title": "A new film"}]}}
CATALOGUE_PATHS: list[tuple[str, str, dict[str, Any]]] = [
    ("POST", "/v1/items", ITEMS),
    ("PATCH", "/v1/items/i0", {"json": {"available": False}}),
    ("DELETE", "/v1/items/i0?state=gone", {}),
]
LIST: dict[str, Any] = {"json": {"user": "u1"}}
EVENTS: dict[str, Any] = {"json": {"events": [event(1)]}}
PATHS: list[tuple[str, str, dict[str, Any], str]] = [
    ("POST", "/v1/recommend", LIST, "read"),
    ("POST", "/v1/similar", {"json": {"item": "i0"}}, "read"),
    ("POST", "/v1/search", {"json": {"text": "Film"}}, "read"),
    ("POST", "/v1/search", {"json": {"text": "Film", "user": "u1", "record": True}}, "write"),
    ("GET", "/v1/items/i0", {}, "read"),
    ("GET", "/v1/users/u1", {}, "read"),
    ("GET", "/v1/releases", {}, "read"),
    ("GET", "/v1/users/u1/explanations/i0", {}, "read"),
    ("GET", "/v1/users/u1/explanations/i0/stream", {}, "read"),
    ("GET", "/v1/users/u1/profile", {}, "read"),
    ("DELETE", "/v1/users/u1/profile/drama", {}, "write"),
    ("PUT", "/v1/users/u1/profile/drama", {}, "write"),
    ("POST", "/v1/events", EVENTS, "write"),
    ("DELETE", "/v1/users/u1", {}, "admin"),
    ("GET", "/metrics", {}, "metrics"),
]


@pytest.mark.parametrize(("method", "path", "request_", "needed"), PATHS)
@pytest.mark.parametrize("role", ROLES)
def test_a_role_includes_the_ones_before_it(
    method: str, path: str, request_: dict[str, Any], needed: str, role: str
) -> None:
    headers = {"X-API-Key": f"palate_{role}"}
    status = ask(GUARDED, method, path, headers=headers, **request_).status_code
    may = role == "admin" if needed == "metrics" else ROLES.index(role) >= ROLES.index(needed)
    assert status == (200 if may else 403)


@pytest.mark.parametrize(("method", "path", "request_"), CATALOGUE_PATHS)
@pytest.mark.parametrize("role", ["read", "write", "catalogue", "admin", "metrics"])
def test_items_are_changed_by_the_catalogue_s_role_and_by_admin_alone(
    method: str, path: str, request_: dict[str, Any], role: str
) -> None:
    headers = {"X-API-Key": f"palate_{role}"}
    status = ask(GUARDED, method, path, headers=headers, **request_).status_code
    assert status == (200 if role in ("catalogue", "admin") else 403)


def test_the_catalogue_s_role_reads_and_sends_no_events() -> None:
    headers = {"X-API-Key": "palate_catalogue"}
    assert ask(GUARDED, "GET", "/v1/items/i0", headers=headers).status_code == 200
    assert ask(GUARDED, "POST", "/v1/events", headers=headers, **EVENTS).status_code == 403


@pytest.mark.parametrize(("method", "path", "request_", "needed"), PATHS)
def test_a_key_for_the_metrics_reads_them_and_nothing_else(
    method: str, path: str, request_: dict[str, Any], needed: str
) -> None:
    headers = {"X-API-Key": "palate_metrics"}
    status = ask(GUARDED, method, path, headers=headers, **request_).status_code
    assert status == (200 if needed == "metrics" else 403)


@pytest.mark.parametrize(("method", "path", "request_", "needed"), PATHS)
def test_without_a_key_nothing_is_answered(
    method: str, path: str, request_: dict[str, Any], needed: str
) -> None:
    response = ask(GUARDED, method, path, **request_)
    assert response.status_code == 401
    assert code(response) == "unauthenticated"
    assert response.headers["www-authenticate"] == 'Bearer realm="palate"'


@pytest.mark.parametrize("path", ["/healthz", "/openapi.json"])
def test_health_and_description_need_no_key(path: str) -> None:
    assert ask(GUARDED, "GET", path).status_code == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Authorization": "Bearer palate_read"}, 200),
        ({"Authorization": "bearer  palate_read"}, 200),
        ({"Authorization": "Basic palate_read"}, 401),
        ({"Authorization": "Bearer"}, 401),
        ({"X-API-Key": "guess"}, 401),
        ({"X-API-Key": ""}, 401),
    ],
)
def test_a_key_comes_in_either_header(headers: dict[str, str], status: int) -> None:
    assert ask(GUARDED, "POST", "/v1/recommend", headers=headers, **LIST).status_code == status


def test_a_secret_is_never_repeated() -> None:
    response = ask(GUARDED, "POST", "/v1/recommend", headers={"X-API-Key": "guess-work"}, **LIST)
    assert "guess-work" not in response.text


def test_a_stranger_is_refused_before_the_body_is_looked_at() -> None:
    assert ask(GUARDED, "POST", "/v1/recommend", content=b"[" * 1000).status_code == 401


def test_keys_that_cannot_be_checked_are_no_keys() -> None:
    class Away(Keys):
        async def verify(self, secret: str) -> Key | None:
            raise StoreUnavailable("away")

    app = create_api(services_of(DictService()), ApiSettings(), Away())
    assert ask(app, "POST", "/v1/recommend", headers=READ, **LIST).status_code == 503


def test_an_app_that_needs_keys_needs_somebody_who_knows_them() -> None:
    with pytest.raises(ValueError, match="verifies keys"):
        create_api(services_of(DictService()), ApiSettings(auth=True))


SLOW = {"requests_per_second": 0.001, "burst": 2}


def test_a_key_that_asks_too_often_is_told_when_to_come_back() -> None:
    app = guarded_app(**SLOW)
    statuses = [ask(app, "GET", "/v1/items/i0", headers=READ).status_code for _ in range(3)]
    assert statuses == [200, 200, 429]
    refused = ask(app, "GET", "/v1/items/i0", headers=READ)
    assert code(refused) == "rate_limited"
    assert 1 <= int(refused.headers["retry-after"]) <= 1000
    assert ask(app, "GET", "/v1/items/i0", headers=WRITE).status_code == 200


def test_without_keys_addresses_are_counted() -> None:
    app = open_app(**SLOW)
    assert [ask(app, "GET", "/v1/items/i0").status_code for _ in range(3)] == [200, 200, 429]


def test_wrong_keys_are_bounded_by_address_and_a_right_one_is_heard_all_the_same() -> None:
    app = guarded_app(strangers_per_second=0.001, strangers_burst=2)
    guesses = [
        ask(app, "POST", "/v1/recommend", headers={"X-API-Key": f"guess-{n}"}, **LIST) for n in range(4)
    ]
    assert [guess.status_code for guess in guesses] == [401, 401, 429, 429]
    assert ask(app, "POST", "/v1/recommend", **LIST).status_code == 429
    assert ask(app, "POST", "/v1/recommend", headers=READ, **LIST).status_code == 200
    assert ask(app, "GET", "/healthz").status_code == 200


def test_health_checks_are_bounded_by_address() -> None:
    app = open_app(strangers_per_second=0.001, strangers_burst=2)
    assert [ask(app, "GET", "/healthz").status_code for _ in range(3)] == [200, 200, 429]


def test_an_address_is_taken_from_the_proxy_of_this_machine_and_from_nobody_else() -> None:
    def address(peer: str, *forwarded: str) -> str:
        headers = [(b"x-forwarded-for", value.encode()) for value in forwarded]
        return address_of(Request({"type": "http", "client": (peer, 1), "headers": headers}))

    assert address("127.0.0.1", "198.51.100.7") == "198.51.100.7"
    assert address("127.0.0.1", "made-up, 198.51.100.7") == "198.51.100.7"
    assert address("127.0.0.1") == "127.0.0.1"
    assert address("203.0.113.5", "198.51.100.7") == "203.0.113.5"


@pytest.mark.parametrize(
    ("body", "cost"),
    [
        ({"user": "u1"}, 1),
        ({"user": "u1", "k": 100}, 4),
        ({"history": ["i0"] * 500, "exclude": ["i1"] * 500}, 5),
        ({"user": "u1", "filters": {"boosts": [{"match": "a", "factor": 2}] * 50}}, 11),
    ],
)
def test_a_list_that_asks_for_much_counts_as_several_requests(body: dict[str, Any], cost: int) -> None:
    app = open_app(requests_per_second=0.001, burst=12)
    assert ask(app, "POST", "/v1/recommend", json=body).status_code == 200
    statuses = [ask(app, "GET", "/v1/items/i0").status_code for _ in range(13 - cost)]
    assert statuses == [200] * (12 - cost) + [429]


def test_health_is_not_counted() -> None:
    app = open_app(**SLOW)
    assert {ask(app, "GET", "/healthz").status_code for _ in range(5)} == {200}


@pytest.mark.parametrize(("events", "left"), [(1, 2), (100, 2), (101, 1), (300, 0)])
def test_a_hundred_events_count_as_a_request(events: int, left: int) -> None:
    app = open_app(requests_per_second=0.001, burst=3)
    body = {"events": [event(number) for number in range(events)]}
    assert ask(app, "POST", "/v1/events", json=body).status_code == 200
    statuses = [ask(app, "GET", "/v1/items/i0").status_code for _ in range(left + 1)]
    assert statuses == [200] * left + [429]
