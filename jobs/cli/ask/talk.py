"""`palate talk`: a list that is refined in several turns."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import typer
from rich.console import Console

from jobs.cli.ask.answer import show_list
from jobs.cli.ask.question import Filter, LikedItems, User, items_of, opened, rules_of
from jobs.cli.options import RELEASES, ListLength, ReleaseId, Releases
from palate.errors import PalateError


def talk(
    user: User = None,
    history: LikedItems = None,
    k: ListLength = 10,
    filters: Filter = None,
    release_id: ReleaseId = None,
    releases: Releases = RELEASES,
) -> None:
    """Refine a list in several turns, a line each, until the input ends.

    "shorter", "more like the second one", "not that one", "why not Alien?", "undo", "start over".

    [bold]Examples[/bold]

      palate talk --user 42 -k 5

      palate talk --history "Toy Story" < turns.txt
    """
    if (user is None) == (history is None):
        raise PalateError('Say for whom: either --user 42, or --history "item,item" for somebody new')
    rules = rules_of(filters)
    release = opened(releases, release_id)
    session = release.session(user=user, history=items_of(history), k=k, filters=rules)
    show_list(release, "The list", session.items)
    for line in _lines():
        answer = session.say(line)
        typer.echo(answer.reply)
        if not answer.missing:
            show_list(release, "The list", answer.items)


def _lines() -> Iterator[str]:
    """What is typed, line by line."""
    prompt = Console(stderr=True)
    while True:
        if sys.stdin.isatty():
            prompt.print("> ", end="")
        line = sys.stdin.readline()
        if not line:
            return
        if line.strip():
            yield line.strip()
