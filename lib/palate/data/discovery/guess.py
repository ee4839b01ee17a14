"""Guesses: what something is taken for, and why, in words for the person who is to check it."""

from __future__ import annotations

from typing import NamedTuple


class Guess(NamedTuple):
    """A value of a setting."""

    value: str
    reason: str


Guesses = dict[str, Guess]
"""Guesses by the setting or the column of Palate's that they are for."""
