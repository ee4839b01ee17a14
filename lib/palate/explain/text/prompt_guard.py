"""Prompt injection guard: text of items and users as data, which no language model can take for an order."""

from __future__ import annotations

from palate.explain.text.sanitising import undelimited

MAX_TEXT = 200
"""Characters of one text that the model is shown."""


def safe(text: str) -> str:
    """Text of an item or a user as data: one line, no sign that delimits, at most `MAX_TEXT` characters."""
    line = undelimited(text)
    return line if len(line) <= MAX_TEXT else f"{line[: MAX_TEXT - 1].rstrip()}…"


def quoted(text: str) -> str:
    """Text of an item or a user, `safe` and in quotation marks."""
    return f'"{safe(text)}"'
