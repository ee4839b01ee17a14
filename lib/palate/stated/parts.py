"""Parts of what a list is made of: items of a history, and what a person stated."""

from __future__ import annotations

from typing import Final, NamedTuple

WRITTEN_LINE: Final = "written line"
STRUCK_LINE: Final = "struck line"
REQUEST: Final = "this request"
FILTERS: Final = "these filters"
"""Kinds of what is stated that is no event; no kind of an event has a blank in it."""


class Stated(NamedTuple):
    """Something that a person said of their taste; what is said twice is one."""

    kind: str
    """The kind of the event, such as `search`, or what else it is, such as `STRUCK_LINE`."""
    text: str = ""
    """Their words; the categories of a line that was struck; nothing of `FILTERS`."""


Part = int | Stated
"""What a list can be made without: an item of the history, by its catalogue index, or something stated."""
