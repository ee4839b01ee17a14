"""Waiting: for a condition instead of a while, and a slow start is tried again."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Final, TypeVar

T = TypeVar("T")

PATIENCE_S: Final = 900.0
"""A guard against hanging, not a measure: a shared machine may be slow."""
START_ATTEMPTS: Final = 3
_LOOK_S: Final = 0.05

log = logging.getLogger(__name__)


def wait_until(condition: Callable[[], T], what: str, seconds: float = PATIENCE_S) -> T:
    """The first answer of `condition` that is true.

    Raises:
        TimeoutError: After so many seconds there was none; the message says that `what` has not happened.
    """
    deadline = time.monotonic() + seconds
    while not (answer := condition()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"This has not happened within {seconds:g} s: {what}")
        time.sleep(_LOOK_S)
    return answer


@contextmanager
def started(start: Callable[[], AbstractContextManager[T]], attempts: int = START_ATTEMPTS) -> Iterator[T]:
    """What `start()` gives on entry, at the second or third attempt if need be: on a busy machine one start
    that comes too late would otherwise fail every test of its fixture."""
    with ExitStack() as stack:
        yield _entered(stack, start, attempts)


def _entered(stack: ExitStack, start: Callable[[], AbstractContextManager[T]], attempts: int) -> T:
    for attempt in range(1, attempts):
        try:
            return stack.enter_context(start())
        except Exception as error:
            log.warning("Start %d of at most %d failed: %s", attempt, attempts, error)
    return stack.enter_context(start())
