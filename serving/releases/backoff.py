"""Exponential backoff: each failure doubles the pause before the next attempt, up to a bound."""

from __future__ import annotations


class Backoff:
    """How long to wait before what has failed is tried again."""

    def __init__(self, first_s: float, longest_s: float) -> None:
        self._first_s = first_s
        self._longest_s = longest_s
        self._failures = 0

    @property
    def pause_s(self) -> float:
        """Seconds to wait now."""
        return min(self._longest_s, self._first_s * 2.0 ** min(self._failures, 32))

    def fail(self) -> None:
        """Wait longer."""
        self._failures += 1

    def reset(self) -> None:
        """Begin anew, after a success."""
        self._failures = 0
