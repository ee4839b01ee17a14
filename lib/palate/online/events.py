"""Idempotent events: what people did since the release was trained, and what is known of one of them."""

from __future__ import annotations

from typing import NamedTuple


class LiveEvent(NamedTuple):
    """One thing that somebody did."""

    id: str
    """Made by whoever sends the event, and one of its user's: sent again with the same id, it counts once."""
    user: str
    item: str
    """Empty: the event is a text about no item, such as a search."""
    kind: str
    """What was done, such as "click"."""
    value: float
    """How strongly, such as a rating."""
    time: int
    """Seconds since 1970."""
    list: str | None = None
    """Id of the shown list that it came from; kept, but no part of a user's state."""
    text: str | None = None
    """What they wrote: a search, a review, a comment, a question."""


class DismissedLine(NamedTuple):
    """A line of a profile that its user struck."""

    interest: str
    categories: tuple[str, ...]


class WrittenLine(NamedTuple):
    """A line of a profile that its user wrote."""

    id: str
    """Of a line that took the place of an interest's: the interest."""
    text: str


class UserState(NamedTuple):
    """What the store knows of a user."""

    version: int
    """0 if nothing is known; rises with every accepted event, erasure and struck line; never used again."""
    erased: bool
    """Whether the user was ever erased; what a release knows of them then counts no more."""
    events: tuple[LiveEvent, ...]
    """The newest ones since the last erasure, in the order in which they were accepted."""
    dismissed: tuple[DismissedLine, ...] = ()
    """By interest."""
    written: tuple[WrittenLine, ...] = ()
    """In the order in which they were first written."""
    total: int = 0
    """How many events there are, also those that are not among `events`."""


NOBODY = UserState(version=0, erased=False, events=())
"""The state of a user of whom nothing was ever heard."""
