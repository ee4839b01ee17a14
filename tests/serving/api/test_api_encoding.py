"""Compressed bodies are read as plain ones are, and no further than those."""

from __future__ import annotations

import gzip
import json

import httpx
import pytest

from tests.support.api.client import ask, code, open_app

BODY = json.dumps({"user": "u1"}).encode()
PACKED = gzip.compress(BODY, mtime=0)  # a part of test names, and so the same in every process


def send(content: bytes, encoding: str | None = "gzip", **settings: int) -> httpx.Response:
    headers = {"Content-Type": "application/json"} | ({"Content-Encoding": encoding} if encoding else {})
    return ask(open_app(**settings), "POST", "/v1/recommend", content=content, headers=headers)


def test_a_compressed_body_is_read_as_a_plain_one() -> None:
    assert send(PACKED).json() == send(BODY, None).json() == send(BODY, "identity").json()
    assert send(PACKED, "GZIP").status_code == 200


def test_what_unpacks_to_more_than_a_body_may_have_is_refused() -> None:
    bomb = gzip.compress(b" " * 50_000_000)
    response = send(bomb, max_body_bytes=100_000)
    assert len(bomb) < 100_000
    assert (response.status_code, code(response)) == (413, "too_large")
    assert send(PACKED, max_body_bytes=len(BODY)).status_code == (413 if len(PACKED) > len(BODY) else 200)


@pytest.mark.parametrize("broken", [BODY, PACKED[:-4], PACKED + PACKED, PACKED + b"x", b""])
def test_what_is_no_whole_gzip_is_refused(broken: bytes) -> None:
    response = send(broken)
    assert (response.status_code, code(response)) == (400, "invalid_gzip")


@pytest.mark.parametrize("encoding", ["br", "gzip, gzip", "deflate", "gzip,"])
def test_any_other_encoding_is_refused(encoding: str) -> None:
    response = send(PACKED, encoding)
    assert (response.status_code, code(response)) == (415, "unsupported_encoding")
