"""`palate recommend`, `similar` and `search`: questions to a published release."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Annotated

import typer

from jobs.cli.options import RELEASES, ArtefactFolders, AsJson, Releases
from jobs.cli.output import show_json, show_table
from palate.errors import PalateError
from palate.release import Release, open_release
from palate.storage import Folder

if TYPE_CHECKING:
    from palate.explain import WrittenText
    from palate.recommender.recommender import Recommendation, Recommender

Item = Annotated[str, typer.Argument(help="Id or title; a part of a title will do if only one has it.")]


def recommend(
    user: Annotated[str | None, typer.Option("--user", help="A user of the release.")] = None,
    history: Annotated[
        str | None,
        typer.Option("--history", help="Ids or titles, oldest first, with commas between them."),
    ] = None,
    k: ArtefactFolders = 10,
    explain: Annotated[
        bool, typer.Option("--explain", help="Say why; a language model on this machine writes.")
    ] = False,
    releases: Releases = RELEASES,
    as_json: AsJson = False,
) -> None:
    """Recommend items to a user, or to somebody new by what they liked.

    [bold]Examples[/bold]

      palate recommend --user 42 -k 10

      palate recommend --user 42 -k 5 --explain

      palate recommend --history "50,181,172"

      palate recommend --history 'Toy Story,"Godfather, The (1972)"' --json
    """
    if (user is None) == (history is None):
        raise PalateError('Say for whom: either --user 42, or --history "item,item" for somebody new')
    release, recommender = _recommender(releases)
    items = _split(history or "")
    if user is not None:
        found, whom = recommender.recommend_user(user, k), f"user {user}"
    else:
        found, whom = recommender.recommend(items, k), f"a history of {len(items)}"
    why = _why(recommender, user, items, found) if explain else None
    _show(release, f"Recommendations for {whom}", found, as_json, why)


def similar(
    item: Item, k: ArtefactFolders = 10, releases: Releases = RELEASES, as_json: AsJson = False
) -> None:
    """List the items that are most like one item, by text and by behaviour.

    [bold]Examples[/bold]

      palate similar 50

      palate similar "Toy Story" -k 5
    """
    release, recommender = _recommender(releases)
    index = recommender.catalogue.index(item)
    found = recommender.similar(recommender.catalogue.items[index], k)
    _show(release, f"Similar to {recommender.catalogue.titles[index]}", found, as_json)


def search(
    text: Annotated[str, typer.Argument(help="What you are looking for, in your own words.")],
    k: ArtefactFolders = 10,
    releases: Releases = RELEASES,
    as_json: AsJson = False,
) -> None:
    """Find items by free text.

    [bold]Examples[/bold]

      palate search "slow-burning space horror"

      palate search "a film for children about toys" -k 3
    """
    release, recommender = _recommender(releases)
    _show(release, f"Found for {text!r}", recommender.search(text, k), as_json)


def _recommender(releases: str) -> tuple[Release, Recommender]:
    release = open_release(Folder(releases))
    from transformers.utils.logging import disable_progress_bar

    from palate.recommender.artefacts import Artefacts
    from palate.recommender.recommender import (
        Recommender,
    )  # brings torch: seconds that `--help` need not wait

    disable_progress_bar()
    return release, Recommender(Artefacts.of(release))


def _why(
    recommender: Recommender, user: str | None, items: list[str], found: list[Recommendation]
) -> list[WrittenText]:
    """A sentence for each place."""
    from jobs.cli.reasons import reasons, somebody

    return reasons(recommender, somebody(recommender, user, items), found)


def _split(history: str) -> list[str]:
    row = next(csv.reader([history], skipinitialspace=True), [])
    return [name.strip() for name in row if name.strip()]


def _show(
    opened: Release,
    title: str,
    found: list[Recommendation],
    as_json: bool,
    why: list[WrittenText] | None = None,
) -> None:
    release = opened.manifest
    if as_json:
        listed = [place._asdict() for place in found]
        for place, text in zip(listed, why or (), strict=False):
            place["explanation"] = {"text": text.text, "source": text.source}
        show_json({"release": release.id, "method": release.method, "items": listed})
        return
    rows = [(place, *one) for place, one in enumerate(found, 1)]
    columns = ["#", "item", "title", "score"]
    if why is not None:
        rows = [(*row, text.text) for row, text in zip(rows, why, strict=True)]
        columns.append("why")
    show_table(f"{title}  (release {release.id})", columns, rows)
