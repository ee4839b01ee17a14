"""Lists' ids, events that name them, and the report, as the API has them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from serving.api.schemas.types import LIST_EXAMPLE
from tests.support.api.client import ask, guarded_app, open_app, post


def event(**fields: Any) -> bytes:
    return json.dumps({"events": [{"id": "e1", "user": "u1", "item": "i1", **fields}]}).encode()


@pytest.mark.parametrize(
    ("path", "body"),
    [("recommend", {"history": []}), ("similar", {"item": "i1"}), ("search", {"text": "Film"})],
)
def test_every_list_has_an_id(path: str, body: dict[str, Any]) -> None:
    assert ask(open_app(), "POST", f"/v1/{path}", json=body).json()["list"] == LIST_EXAMPLE


def test_an_event_may_name_its_list() -> None:
    assert post(open_app(), "/v1/events", event(list=LIST_EXAMPLE)).status_code == 200


@pytest.mark.parametrize("name", ["", "x", LIST_EXAMPLE.upper(), LIST_EXAMPLE + "0", f"{{{LIST_EXAMPLE}}}"])
def test_what_is_no_lists_id_is_refused(name: str) -> None:
    answer = post(open_app(), "/v1/events", event(list=name))
    assert answer.status_code == 422
    assert "events.0.list" in answer.json()["error"]["message"]


def test_the_metrics_tell_what_became_of_lists() -> None:
    text = ask(open_app(), "GET", "/metrics").text
    assert 'palate_shown_lists_total{result="written"} 7.0' in text
    assert 'palate_shown_lists_total{result="dropped"} 2.0' in text
    assert "palate_shown_lists_waiting_bytes 512.0" in text


def test_counters_do_not_count_twice_what_was_told_before() -> None:
    app = open_app()
    ask(app, "GET", "/metrics")
    assert 'palate_shown_lists_total{result="written"} 7.0' in ask(app, "GET", "/metrics").text


def test_the_report_is_for_those_who_may_read_metrics() -> None:
    app = guarded_app()
    roles = ("read", "write", "metrics", "admin")
    answers = [
        ask(app, "GET", "/v1/reports/online", headers={"X-API-Key": f"palate_{role}"}) for role in roles
    ]
    assert [answer.status_code for answer in answers] == [403, 403, 200, 200]


def test_the_report_takes_days_and_kinds() -> None:
    answer = ask(open_app(), "GET", "/v1/reports/online?days=3&click=view&click=open&conversion=buy")
    assert answer.json()["until"] == 3 * 86_400


@pytest.mark.parametrize("query", ["days=0", "days=367", "days=x", "click=NO", "clicks=view"])
def test_a_report_that_cannot_be_is_refused(query: str) -> None:
    assert ask(open_app(), "GET", f"/v1/reports/online?{query}").status_code == 422


def test_the_report_of_an_experiment_is_found_by_its_name() -> None:
    answer = ask(open_app(), "GET", "/v1/reports/experiments/wide")
    assert (answer.status_code, answer.json()["experiment"]) == (200, "wide")
    assert ask(open_app(), "GET", "/v1/reports/experiments/nothing").status_code == 404
    assert ask(open_app(), "GET", "/v1/reports/experiments/No%20name").status_code == 422


def test_the_report_of_an_experiment_is_for_those_who_may_read_metrics() -> None:
    app, path = guarded_app(), "/v1/reports/experiments/wide"
    answers = [
        ask(app, "GET", path, headers={"X-API-Key": f"palate_{role}"}) for role in ("write", "metrics")
    ]
    assert [answer.status_code for answer in answers] == [403, 200]


def test_the_metrics_tell_which_arms_are_stopped() -> None:
    text = ask(open_app(), "GET", "/metrics").text
    assert 'palate_arm_stopped{arm="treatment",experiment="wide"} 1.0' in text
    assert 'palate_arm_stopped{arm="other",experiment="wide"} 0.0' in text
