"""Prompts: what a language model is asked, and its refusal where it cannot answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple


class Prompt(NamedTuple):
    """One request to a language model."""

    text: str
    """What the model is told, without its chat format."""
    grammar: str | None = None
    """Grammar of all permitted answers (EBNF, its start symbol `root`); None permits everything."""


class Refusal(NamedTuple):
    """A prompt that cannot be answered at all, such as one that is too long."""

    reason: str


Again = Callable[[int, str | Refusal], Prompt | None]
"""Hears the answer to prompt number n, and says what is to be asked instead; None if the answer will do."""


def no_more(number: int, answer: str | Refusal) -> None:
    """Any answer will do."""
