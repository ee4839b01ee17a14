"""What happened can be read from the metrics and from the log."""

from __future__ import annotations

import logging

import pytest
from fastapi import FastAPI
from prometheus_client.parser import text_string_to_metric_families

from tests.support.api.client import ask, event, guarded_app, open_app


def samples(app: FastAPI) -> dict[tuple[str, ...], float]:
    """Every sample by its name and the values of its labels, in the order of their names."""
    response = ask(app, "GET", "/metrics")
    assert response.headers["content-type"].startswith("text/plain")
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(response.text)
        for sample in family.samples
    }


def test_requests_are_counted_by_route_method_and_status() -> None:
    app = open_app()
    for path in ("/v1/users/u1", "/v1/users/u2", "/v1/items/none", "/made/up", "/made/up/too"):
        ask(app, "GET", path)
    ask(app, "BREW", "/healthz")
    counted = samples(app)
    assert counted["palate_requests_total", "GET", "/v1/users/{user_id}", "200"] == 2
    assert counted["palate_requests_total", "GET", "/v1/items/{item_id}", "404"] == 1
    assert counted["palate_requests_total", "GET", "other", "404"] == 2
    assert counted["palate_requests_total", "other", "/healthz", "405"] == 1
    assert counted["palate_request_seconds_count", "/v1/users/{user_id}"] == 2


def test_stages_are_measured_unless_the_list_was_remembered() -> None:
    app = open_app()
    ask(app, "POST", "/v1/recommend", json={"user": "u1"})
    ask(app, "POST", "/v1/recommend", json={"user": "u1", "seed": 1})
    counted = samples(app)
    assert counted["palate_stage_seconds_sum", "retrieve"] == pytest.approx(0.002)
    assert counted["palate_stage_seconds_count", "total"] == 1
    assert counted["palate_cached_total",] == 1
    assert counted["palate_release_info", "hybrid", "r1"] == 1


def test_events_are_counted_by_whether_they_were_new() -> None:
    app = open_app()
    for _ in range(2):
        ask(app, "POST", "/v1/events", json={"events": [event(1), event(2)]})
    counted = samples(app)
    assert counted["palate_events_total", "accepted"] == 2
    assert counted["palate_events_total", "known"] == 2


def test_two_apps_count_for_themselves() -> None:
    first, second = open_app(), open_app()
    ask(first, "GET", "/healthz")
    assert ("palate_requests_total", "GET", "/healthz", "200") in samples(first)
    assert ("palate_requests_total", "GET", "/healthz", "200") not in samples(second)


def test_a_line_in_the_log_tells_of_every_request(caplog: pytest.LogCaptureFixture) -> None:
    headers = {"X-API-Key": "palate_read", "X-Request-ID": "trace-1"}
    with caplog.at_level(logging.INFO, "ray.serve.palate.access"):
        ask(guarded_app(), "POST", "/v1/recommend", headers=headers, json={"user": "somebody"})
    line = vars(caplog.records[-1])
    assert line["ms"] >= 0
    assert {name: line[name] for name in ("request_id", "method", "route", "status", "key")} == {
        "request_id": "trace-1",
        "method": "POST",
        "route": "/v1/recommend",
        "status": 200,
        "key": "reader",
    }


def test_the_log_holds_neither_secrets_nor_bodies_nor_paths(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, "ray.serve.palate"):
        ask(guarded_app(), "GET", "/v1/users/private", headers={"X-API-Key": "guess-work"})
        ask(
            guarded_app(),
            "POST",
            "/v1/search",
            headers={"X-API-Key": "palate_read"},
            json={"text": "private"},
        )
    own = [record.getMessage() for record in caplog.records if record.name.startswith("ray.serve.palate")]
    assert len(own) == 2
    assert not any("private" in line or "guess-work" in line or "palate_read" in line for line in own)
