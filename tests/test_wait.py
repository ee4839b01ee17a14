"""Waits of the tests end with their condition, and starts that fail are tried again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest

from tests.support.processes.wait import started, wait_until


def test_the_answer_that_was_waited_for_is_given() -> None:
    answers = iter([0, "", "ready"])
    assert wait_until(lambda: next(answers), "an answer") == "ready"


def test_what_has_not_happened_is_named() -> None:
    with pytest.raises(TimeoutError, match="the moon is blue"):
        wait_until(lambda: False, "the moon is blue", seconds=0)


def failing_at_first(failures: int, entered: list[str]) -> Callable[[], AbstractContextManager[str]]:
    @contextmanager
    def start() -> Iterator[str]:
        entered.append("start")
        if len(entered) <= failures:
            raise TimeoutError("too late")
        yield "running"
        entered.append("stop")

    return start


def test_a_start_that_comes_too_late_is_tried_again() -> None:
    entered: list[str] = []
    with started(failing_at_first(2, entered)) as running:
        assert running == "running"
    assert entered == ["start", "start", "start", "stop"]


def test_a_start_that_never_succeeds_fails() -> None:
    with pytest.raises(TimeoutError, match="too late"), started(failing_at_first(9, [])):
        pass


def test_a_failure_of_whoever_uses_what_was_started_is_passed_on_at_once() -> None:
    entered: list[str] = []
    with pytest.raises(KeyError), started(failing_at_first(0, entered)):
        raise KeyError
    assert entered == ["start"]
