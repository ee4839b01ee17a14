"""Requests that nobody means well, through HAProxy to a real gateway: refused, described, and not kept."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import urlsplit

import pytest
import schemathesis
from hypothesis import given, settings
from schemathesis.checks import load_all_checks
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance

from tests.support.processes.palate_serve import RunningEndpoint, replicas
from tests.support.processes.wait import wait_until

load_all_checks()
MEGABYTE = 1 << 20
ANSWER_S = 300.0
"""A guard against hanging, not a measure: a shared machine may be slow."""
JSON = {"Content-Type": "application/json"}


def test_the_running_endpoint_answers_as_it_is_described(endpoint: str) -> None:
    checks = [
        schemathesis.checks.not_a_server_error,
        status_code_conformance,
        response_schema_conformance,
    ]
    schema = schemathesis.openapi.from_url(f"{endpoint}/openapi.json", timeout=ANSWER_S)
    for operation in schema.get_all_operations():

        @settings(max_examples=10)
        @given(case=operation.ok().as_strategy())
        def never_undescribed(case: schemathesis.Case) -> None:
            case.call_and_validate(checks=checks, timeout=ANSWER_S)

        never_undescribed()


def sent(
    endpoint: str, body: bytes | Iterator[bytes], path: str = "/v1/recommend", send_s: float = ANSWER_S
) -> int:
    """Status of the answer to a body, which may come before the body has been taken.

    A server that has answered need not read on: after `send_s` a client that is still sending looks.
    """
    connection = http.client.HTTPConnection(urlsplit(endpoint).netloc, timeout=send_s)
    with suppress(OSError):  # the other side may have heard enough
        connection.request("POST", path, body, JSON, encode_chunked=not isinstance(body, bytes))
    return connection.getresponse().status


def test_a_body_of_100_megabytes_is_refused_and_takes_no_memory(
    running_endpoint: RunningEndpoint,
) -> None:
    url, process = running_endpoint
    gateway = wait_until(lambda: replicas(process, "Gateway"), "there is a gateway")[0]
    assert sent(url, b'{"history": []}') == 200
    before = gateway.memory_info().rss
    for _ in range(3):
        with suppress(ConnectionError, http.client.HTTPException):  # closed before the refusal was read
            assert sent(url, iter([b"[" * MEGABYTE] * 100), send_s=20) == 413
    assert gateway.memory_info().rss - before < 30 * MEGABYTE


@pytest.mark.parametrize(
    "body",
    [
        b'{"history": [' + b",".join([b'"i00"'] * 100_000) + b"]}",
        b'{"history": [], "exclude": [' + b",".join([b'"i00"'] * 150_000) + b"]}",
        b'{"user": "a\\u0000b"}',
        b'{"user": "\\ud800"}',
        b"[" * 500_000,
        b'{"history": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b"\xff\xfe",
        b'{"user": "u00", "k": 1e400}',
    ],
)
def test_hostile_json_is_a_clear_refusal(endpoint: str, body: bytes) -> None:
    assert sent(endpoint, body) in {400, 413, 422}


def test_a_million_excluded_items_are_refused(endpoint: str) -> None:
    body = b'{"history": [], "exclude": [' + b",".join([b'"i00"'] * 1_000_000) + b"]}"
    assert sent(endpoint, body) == 413
