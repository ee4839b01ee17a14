"""`palate serve` as users run it: HTTP, HAProxy, replicas of their own for every stage, a real store."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any

import pytest

from palate.recommender.artefacts import Artefacts
from palate.recommender.recommender import Recommender
from palate.release import promote, read_pointer, verified_release
from palate.storage import Folder
from serving.api.schemas.errors import ErrorResponse
from tests.support.processes.palate_serve import RunningEndpoint, replicas
from tests.support.processes.process_tree import kill
from tests.support.processes.wait import wait_until

ANSWER_S = 300.0
"""A guard against hanging, not a measure: a shared machine may be slow."""


def ask(url: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    content = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{url}{path}", content, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=ANSWER_S) as response:
        found: dict[str, Any] = json.load(response)
        return found


def until(url: str, path: str, body: dict[str, Any] | None, wanted: Any) -> dict[str, Any]:
    """Ask until the answer is as wanted; failures in between must be of a kind that can be tried again."""

    def answer_as_wanted() -> dict[str, Any] | None:
        try:
            answer = ask(url, path, body)
        except urllib.error.HTTPError as error:
            if error.code not in {503, 504}:
                raise
            ErrorResponse.model_validate_json(error.read())
            return None
        return answer if wanted(answer) else None

    return wait_until(answer_as_wanted, f"{path} answers as wanted") or {}


def test_a_list_over_http_is_the_one_that_the_library_gives(endpoint: str, served_releases: Folder) -> None:
    answer = ask(endpoint, "/v1/recommend", {"history": ["i00", "i01"], "k": 4, "explain": True})
    release = verified_release(served_releases, answer["release"])
    expected = Recommender(Artefacts.of(release)).recommend(["i00", "i01"], 4)
    assert [one["item"] for one in answer["items"]] == [one.item for one in expected]
    assert {one["title"] for one in answer["items"][0]["because"]} <= {"Comedy 0", "Comedy 1"}


def test_an_event_that_names_its_list_reaches_the_report(endpoint: str) -> None:
    user = "over-http-reported"
    answer = ask(endpoint, "/v1/recommend", {"user": user, "k": 3, "explore": 0.4})
    assert [place["propensity"] == 1 for place in answer["items"]] == [True, True, False]
    item = answer["items"][1]["item"]
    event = {"id": "reported-1", "user": user, "item": item, "kind": "reported", "list": answer["list"]}
    ask(endpoint, "/v1/events", {"events": [event]})
    # The list is logged after it was answered; the event alone makes the list one that is not kept yet.
    path = "/v1/reports/online?days=1&click=reported"
    report = until(endpoint, path, None, lambda told: told["groups"][0]["clicks"] == 1)
    clicked = {(one["dimension"], one["value"]) for one in report["groups"] if one["clicks"]}
    assert {("kind", "recommend"), ("release", answer["release"]), ("place", "2")} <= clicked


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


def test_a_new_item_is_listed_also_by_a_stage_that_started_later_and_a_gone_one_is_not(
    running_endpoint: RunningEndpoint,
) -> None:
    url, search = running_endpoint.url, {"text": "Comedy 9", "k": 13}

    def lists_it(answer: dict[str, Any]) -> bool:
        return "over-http" in {one["item"] for one in answer["items"]}

    ask(url, "/v1/items", {"items": [{"item": "over-http", "title": "Comedy 9. A comedy of 1993"}]})
    until(url, "/v1/search", search, lists_it)
    kill(replicas(running_endpoint.process, "Reranker")[0])
    until(url, "/v1/recommend", {"history": ["i00"], "k": 13}, lists_it)
    request = urllib.request.Request(f"{url}/v1/items/over-http?state=gone", method="DELETE")
    with urllib.request.urlopen(request, timeout=ANSWER_S) as response:
        assert json.load(response)["state"] == "gone"
    until(url, "/v1/search", search, lambda answer: not lists_it(answer))


@pytest.mark.parametrize("deployment", ["Encoder", "Retriever-1", "Gateway"])
def test_a_killed_replica_is_replaced_and_no_answer_is_wrong(
    running_endpoint: RunningEndpoint, deployment: str
) -> None:
    url, process = running_endpoint
    body = {"history": ["i06", "i07"], "k": 5}
    before = ask(url, "/v1/recommend", body)["items"]
    kill(wait_until(lambda: replicas(process, deployment), f"there is a {deployment}")[0])
    after = until(url, "/v1/recommend", body, lambda _: True)["items"]
    assert [one["item"] for one in after] == [one["item"] for one in before]
