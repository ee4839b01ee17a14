"""Whatever goes wrong, the answer has one shape and the right status."""

from __future__ import annotations

import asyncio
import logging

import pytest
from ray.exceptions import ActorDiedError, RayTaskError
from ray.serve.exceptions import BackPressureError

from palate.errors import NotFound, PalateError
from palate.online import StoreUnavailable
from serving.api.schemas import HealthResponse
from tests.support.api.client import ask, code, open_app
from tests.support.api.dict_service import DictService

SECRET = "postgresql://palate:hunter2@db"


class Failing(DictService):
    """A service whose health check raises."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self._error = error

    async def health(self) -> HealthResponse:
        raise self._error


class Stuck(DictService):
    """A service whose health check never ends."""

    async def health(self) -> HealthResponse:
        await asyncio.Event().wait()
        raise AssertionError


def remote(error: Exception) -> Exception:
    """The error as Ray brings it from another process."""
    brought: Exception = RayTaskError("health", f"Traceback of {error}", error).as_instanceof_cause()
    return brought


@pytest.mark.parametrize("brought", [lambda error: error, remote], ids=["here", "by Ray"])
@pytest.mark.parametrize(
    ("error", "status", "expected"),
    [
        (PalateError("Take fewer"), 400, "bad_request"),
        (NotFound("There is no such item"), 404, "not_found"),
        (StoreUnavailable(SECRET), 503, "store_unavailable"),
        (BackPressureError(10, 5), 503, "overloaded"),
        (ActorDiedError(), 503, "overloaded"),
        (TimeoutError(SECRET), 504, "timeout"),
        (RuntimeError(SECRET), 500, "internal"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else None,
)
def test_an_exception_of_the_service_has_its_status(
    error: Exception, status: int, expected: str, brought: type
) -> None:
    response = ask(open_app(Failing(brought(error))), "GET", "/healthz")
    assert response.status_code == status
    assert code(response) == expected
    assert SECRET not in response.text
    assert "Traceback" not in response.text


def test_a_mistake_is_told_in_its_own_words() -> None:
    for error in (PalateError("Take fewer"), remote(PalateError("Take fewer"))):
        assert ask(open_app(Failing(error)), "GET", "/healthz").json()["error"]["message"] == "Take fewer"


@pytest.mark.parametrize(
    ("error", "seconds"),
    [(StoreUnavailable(""), "1"), (BackPressureError(1, 1), "1"), (BackPressureError(1, 1, 503, 2.5), "3")],
)
def test_what_passes_says_when_to_come_back(error: Exception, seconds: str) -> None:
    assert ask(open_app(Failing(error)), "GET", "/healthz").headers["retry-after"] == seconds


def test_an_unknown_exception_is_logged_with_the_id_that_the_client_sees(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.ERROR, "ray.serve.palate.api"):
        response = ask(open_app(Failing(RuntimeError(SECRET))), "GET", "/healthz")
    assert response.json()["error"]["request_id"] in caplog.messages[0]
    assert SECRET in caplog.text


def test_an_answer_that_takes_too_long_is_given_up() -> None:
    response = ask(open_app(Stuck(), timeout_s=0.01), "GET", "/healthz")
    assert response.status_code == 504
    assert code(response) == "timeout"


@pytest.mark.parametrize(
    "path", ["/nowhere", "/v1", "/v1/recommend/", "/assets/nothing.js", "/docs/nothing.js"]
)
def test_an_unknown_path_is_refused(path: str) -> None:
    response = ask(open_app(), "GET", path)
    assert response.status_code == 404
    assert code(response) == "not_found"


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/v1/recommend", "POST"),
        ("PUT", "/v1/users/u1", "DELETE, GET, HEAD"),
        ("BREW", "/healthz", "GET, HEAD"),
    ],
)
def test_a_wrong_method_is_refused_with_the_right_ones(method: str, path: str, allowed: str) -> None:
    response = ask(open_app(), method, path)
    assert response.status_code == 405
    assert code(response) == "method_not_allowed"
    assert response.headers["allow"] == allowed


def test_an_unknown_item_is_named() -> None:
    response = ask(open_app(), "POST", "/v1/similar", json={"item": "i99"})
    assert response.status_code == 404
    assert "'i99'" in response.json()["error"]["message"]
