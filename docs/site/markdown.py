"""Markdown's small change: text on one line, and text in a cell of a table."""

from __future__ import annotations


def one_line(text: str) -> str:
    """The text without line breaks and runs of blanks."""
    return " ".join(text.split())


def cell(text: str) -> str:
    """The text as a table's cell holds it: on one line, and without a bar that would end the cell."""
    return one_line(text).replace("|", "\\|")
