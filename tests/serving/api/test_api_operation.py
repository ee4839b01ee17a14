"""What monitors and browsers rely on: HEAD, readiness, and hosts that may be asked without keys."""

from __future__ import annotations

import pytest

from tests.support.api.client import ask, guarded_app, open_app
from tests.support.api.dict_service import DictService


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/v1/items/i1", "/openapi.json", "/docs", "/"])
def test_head_is_get_without_a_body(path: str) -> None:
    get, head = (ask(open_app(), method, path) for method in ("GET", "HEAD"))
    assert (head.status_code, head.content) == (get.status_code, b"")
    assert head.headers["content-length"] == get.headers["content-length"]


def test_head_of_a_path_for_posting_is_refused() -> None:
    assert ask(open_app(), "HEAD", "/v1/recommend").status_code == 405


def test_readiness_is_503_only_if_no_list_can_be_given() -> None:
    service = DictService()
    assert ask(open_app(service), "GET", "/readyz").json()["status"] == "ready"
    service.down = True
    response = ask(open_app(service), "GET", "/readyz")
    assert (response.status_code, response.headers["retry-after"]) == (503, "1")
    assert response.json()["stages"] == {"ok": False, "why": "a stage is away"}


def test_metrics_tell_what_works_and_what_answers() -> None:
    text = ask(open_app(), "GET", "/metrics").text
    assert 'palate_ready{part="store"} 1.0' in text
    assert 'palate_release_info{method="hybrid",release="r1"} 1.0' in text


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8000", "127.0.0.1:80", "[::1]:8000", "test"])
def test_without_keys_this_machine_answers_to_its_own_names(host: str) -> None:
    assert ask(open_app(), "GET", "/healthz", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example:8000", "127.0.0.1.evil.example", ""]
)
def test_without_keys_nobody_elses_name_is_answered(host: str) -> None:
    response = ask(open_app(), "POST", "/v1/recommend", headers={"Host": host}, json={"user": "u1"})
    assert (response.status_code, response.json()["error"]["code"]) == (421, "foreign_host")


def test_with_keys_any_host_is_answered() -> None:
    assert ask(guarded_app(), "GET", "/healthz", headers={"Host": "shop.example"}).status_code == 200
