"""Fact span: some text of a catalogue's column with its place, so that whoever doubts it can look it up."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

LONGEST = 60
"""Characters of a value that a sentence can hold."""


class FactSpan(NamedTuple):
    """What the catalogue says of an item."""

    column: str
    text: str
    """The characters from `start` to `end` of the item's text in that column."""
    start: int
    end: int
    lead: str = ""
    """What stands before a whole value in a sentence, such as "directed by"; empty for a phrase of a text."""

    @property
    def has_plain_lead(self) -> bool:
        """Whether nobody has said what stands before it, so that any language may say it in its own way."""
        return self.lead == plain_lead(self.column)


def plain_lead(column: str) -> str:
    """What stands before a value of a column of which nothing is configured."""
    return f"with the {column}"


def value_spans(column: str, text: str, separators: str, lead: str) -> Iterator[FactSpan]:
    """The values of a structured column, which stand between separators."""
    for part in re.finditer(f"[^{re.escape(separators)}]+", text):
        value = part[0].strip()
        start = part.start() + part[0].find(value)
        if value and len(value) <= LONGEST:
            yield FactSpan(column, value, start, end=start + len(value), lead=lead)
