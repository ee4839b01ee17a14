"""A start of Ray that is too slow is tried again, and the last failure is one line for a person."""

from __future__ import annotations

from typing import Any

import pytest

from jobs.runtime import ray_session
from palate.errors import PalateError

LATE = Exception("The current node timed out during startup. This\n could happen on a busy machine.")


class Starts:
    """In the place of `ray.init`: raises these one after another, and then succeeds."""

    def __init__(self, *failures: Exception) -> None:
        self.failures = list(failures)
        self.options: list[dict[str, Any]] = []

    def __call__(self, **options: Any) -> None:
        self.options.append(options)
        if self.failures:
            raise self.failures.pop(0)


@pytest.fixture
def stopped(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    calls: list[str] = []
    monkeypatch.setattr(ray_session.ray, "shutdown", lambda: calls.append("shutdown"))
    return calls


def test_a_slow_start_is_tried_again_and_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], stopped: list[str]
) -> None:
    starts = Starts(LATE, LATE)
    monkeypatch.setattr(ray_session.ray, "init", starts)
    ray_session.connect(address="local")
    assert starts.options == [{"address": "local"}] * 3
    assert stopped == ["shutdown"] * 2
    said = " ".join(capsys.readouterr().err.split())
    assert "Ray did not start in time; attempt 2 of 3 (The current node timed out during startup." in said


def test_the_last_failure_is_one_line_for_a_person(
    monkeypatch: pytest.MonkeyPatch, stopped: list[str]
) -> None:
    monkeypatch.setattr(ray_session.ray, "init", Starts(*[LATE] * ray_session.START_ATTEMPTS))
    with pytest.raises(
        PalateError, match=r"^Ray did not start, tried 3 times: The current node timed out[^\n]*$"
    ):
        ray_session.connect(address="local")


def test_options_that_are_wrong_are_not_tried_again(
    monkeypatch: pytest.MonkeyPatch, stopped: list[str]
) -> None:
    starts = Starts(ValueError("no such option"))
    monkeypatch.setattr(ray_session.ray, "init", starts)
    with pytest.raises(ValueError, match="no such option"):
        ray_session.connect(address="local")
    assert len(starts.options) == 1
