"""Repeating input safely: short, harmless words for what a client sent."""

from __future__ import annotations

import json

MAX_REPEATED_CHARACTERS = 200
"""Characters of a client's input that a message repeats."""
MAX_INTEGER_BITS = 256


def shorten(text: str, limit: int = MAX_REPEATED_CHARACTERS) -> str:
    """The text, or its beginning and an ellipsis."""
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def shown(value: object) -> str:
    """A value as a message may repeat it: a scalar in full or shortened, of anything else only its kind."""
    if isinstance(value, str):
        return shorten(repr(value[:MAX_REPEATED_CHARACTERS]))
    if isinstance(value, int) and value.bit_length() > MAX_INTEGER_BITS:
        return "a huge number"
    if value is None or isinstance(value, int | float):
        return json.dumps(value)
    return "a list" if isinstance(value, list) else "an object"
