"""Large bodies are not read to the end, and every answer has its id and its headers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.support.api.client import ask, code, open_app, post

LIMIT = 100_000
PIECE = b" " * 10_000
JSON = {"Content-Type": "application/json"}


class Stream:
    """A body of 100 MB without an announced length, which counts what was taken of it."""

    def __init__(self) -> None:
        self.taken = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for _ in range(10_000):
            self.taken += len(PIECE)
            yield PIECE


def test_a_long_stream_is_left_at_the_limit() -> None:
    stream = Stream()
    response = ask(open_app(max_body_bytes=LIMIT), "POST", "/v1/recommend", content=stream, headers=JSON)
    assert response.status_code == 413
    assert code(response) == "too_large"
    assert stream.taken <= LIMIT + 2 * len(PIECE)


@pytest.mark.parametrize("length", ["100001", "9" * 5000])
def test_a_long_body_that_is_announced_is_not_begun(length: str) -> None:
    stream = Stream()
    headers = JSON | {"Content-Length": length}
    response = ask(open_app(max_body_bytes=LIMIT), "POST", "/v1/recommend", content=stream, headers=headers)
    assert response.status_code == 413
    assert stream.taken == 0


def test_a_body_of_just_the_limit_is_read() -> None:
    body = b'{"user": "u1"}'
    assert post(open_app(max_body_bytes=len(body)), "/v1/recommend", body).status_code == 200
    assert post(open_app(max_body_bytes=len(body) - 1), "/v1/recommend", body).status_code == 413


def test_a_body_that_does_not_arrive_is_given_up() -> None:
    async def stuck() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.Event().wait()

    response = ask(open_app(timeout_s=0.01), "POST", "/v1/recommend", content=stuck(), headers=JSON)
    assert response.status_code == 408
    assert code(response) == "slow_request"


@pytest.mark.parametrize("name", ["a", "trace-1.2_B", "x" * 64])
def test_a_harmless_request_id_is_returned(name: str) -> None:
    assert ask(open_app(), "GET", "/healthz", headers={"X-Request-ID": name}).headers["x-request-id"] == name


@pytest.mark.parametrize("name", ["", "x" * 65, "a b", "a\tb", "<script>", "a;b"])
def test_any_other_request_id_is_replaced(name: str) -> None:
    given = ask(open_app(), "GET", "/healthz", headers={"X-Request-ID": name}).headers["x-request-id"]
    assert given != name
    assert len(given) == 32


def test_requests_without_an_id_get_different_ones() -> None:
    app = open_app()
    assert len({ask(app, "GET", "/healthz").headers["x-request-id"] for _ in range(5)}) == 5


@pytest.mark.parametrize("path", ["/healthz", "/nowhere", "/v1/items/none", "/openapi.json"])
def test_every_answer_tells_browsers_to_be_careful(path: str) -> None:
    headers = ask(open_app(), "GET", path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["content-security-policy"].startswith("default-src 'none'; script-src 'self'; ")


def test_answers_about_somebody_are_kept_by_no_cache() -> None:
    assert ask(open_app(), "GET", "/v1/users/u1").headers["cache-control"] == "no-store"
