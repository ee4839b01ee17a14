"""`palate search`: items by free text."""

from __future__ import annotations

from typing import Annotated

import typer

from jobs.cli.ask.answer import show_list
from jobs.cli.ask.question import User, opened
from jobs.cli.options import RELEASES, AsJson, ListLength, ReleaseId, Releases


def search(
    text: Annotated[str, typer.Argument(help="What you are looking for, in your own words.")],
    user: User = None,
    k: ListLength = 10,
    release_id: ReleaseId = None,
    releases: Releases = RELEASES,
    as_json: AsJson = False,
) -> None:
    """Find items by free text: the same for everybody, or with --user closer to what somebody took.

    [bold]Examples[/bold]

      palate search "slow-burning space horror"

      palate search "something for children about toys" -k 3 --user 42
    """
    release = opened(releases, release_id)
    show_list(release, f"Found for {text!r}", release.search(text, k, user=user), as_json)
