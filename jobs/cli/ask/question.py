"""What several questions have in common: their options, and how these are read."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Annotated

import typer

from palate import open_release
from palate.config.load import checked, tree_of

if TYPE_CHECKING:
    from palate.front_door import OpenRelease
    from palate.rank.rules import Rules

User = Annotated[str | None, typer.Option("--user", help="A user of the release.")]
LikedItems = Annotated[
    str | None, typer.Option("--history", help="Ids or titles, oldest first, with commas between them.")
]
Filter = Annotated[
    list[str] | None,
    typer.Option(
        "--filter", metavar="NAME=VALUE", help="A rule for the list, such as deny=Horror; any number of them."
    ),
]


def opened(releases: str, release_id: str | None = None) -> OpenRelease:
    """The release that a question goes to."""
    release = open_release(releases, release_id)
    from transformers.utils.logging import disable_progress_bar  # seconds that `--help` need not wait

    disable_progress_bar()
    return release


def rules_of(filters: list[str] | None) -> Rules:
    """The rules that were named; `PalateError` for one that there is not."""
    from palate.rank.rules import Rules

    return checked(Rules, tree_of(filters or (), {}), "The filters do not fit")


def items_of(history: str | None) -> list[str] | None:
    """Ids and titles, of which those with a comma are quoted; None without a history."""
    if history is None:
        return None
    row = next(csv.reader([history], skipinitialspace=True), [])
    return [name.strip() for name in row if name.strip()]
