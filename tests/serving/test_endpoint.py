"""`palate serve` as users run it: HTTP, HAProxy, replicas of their own for every stage, a real store."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from typing import Any

import psutil
import pytest

from benchmarks.serving.processes import replicas
from palate.recommender.artefacts import Artefacts
from palate.recommender.recommender import Recommender
from palate.release import promote, read_pointer, verified_release
from palate.storage import Folder

PATIENCE_S = 120.0
"""A guard against hanging, not a measure: a shared machine may be slow."""


def ask(url: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    content = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{url}{path}", content, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as response:
        found: dict[str, Any] = json.load(response)
        return found


def until(url: str, path: str, body: dict[str, Any] | None, wanted: Any) -> dict[str, Any]:
    """Ask until the answer is as wanted; failures in between must be of a kind that can be tried again."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        try:
            answer = ask(url, path, body)
        except OSError as error:  # an HTTPError is one
            if getattr(error, "code", 503) not in {502, 503, 504}:
                raise
            continue
        if wanted(answer):
            return answer
    raise AssertionError(f"{path} did not become as wanted")


def test_a_list_over_http_is_the_one_that_the_library_gives(endpoint: str, served_releases: Folder) -> None:
    answer = ask(endpoint, "/v1/recommend", {"history": ["i00", "i01"], "k": 4, "explain": True})
    release = verified_release(served_releases, answer["release"])
    expected = Recommender(Artefacts.of(release)).recommend(["i00", "i01"], 4)
    assert [one["item"] for one in answer["items"]] == [one.item for one in expected]
    assert {one["title"] for one in answer["items"][0]["because"]} <= {"Comedy 0", "Comedy 1"}


def test_an_event_changes_the_next_answer(endpoint: str) -> None:
    user = {"user": "over-http", "k": 3}
    before = ask(endpoint, "/v1/recommend", user)
    event = {"id": "over-http-1", "user": "over-http", "item": before["items"][0]["item"]}
    stored = ask(endpoint, "/v1/events", {"events": [event]})
    after = ask(endpoint, "/v1/recommend", user)
    assert after["version"] == stored["versions"]["over-http"]
    assert event["item"] not in {one["item"] for one in after["items"]}


def test_the_endpoint_follows_a_promotion(endpoint: str, served_releases: Folder) -> None:
    pointer = read_pointer(served_releases)
    earlier = pointer.earlier[-1]
    promote(served_releases, earlier)
    answer = until(endpoint, "/healthz", None, lambda one: one["release"] == earlier)
    assert answer["mode"] == "graph"
    promote(served_releases, pointer.current or "")
    until(endpoint, "/healthz", None, lambda one: one["release"] == pointer.current)


@pytest.mark.parametrize("deployment", ["Encoder", "Retriever-1", "Gateway"])
def test_a_killed_replica_is_replaced_and_no_answer_is_wrong(
    running_endpoint: tuple[str, psutil.Process], deployment: str
) -> None:
    url, process = running_endpoint
    body = {"history": ["i06", "i07"], "k": 5}
    before = ask(url, "/v1/recommend", body)["items"]
    killed = replicas(process, deployment)[0]
    killed.kill()
    killed.wait(30)
    after = until(url, "/v1/recommend", body, lambda _: True)["items"]
    assert [one["item"] for one in after] == [one["item"] for one in before]
