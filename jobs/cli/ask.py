"""Questions to a published release: `palate recommend`, `similar` and `search`."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from jobs.cli.options import RELEASES, AsJson, ListLength, Releases
from jobs.cli.output import show_json, show_table
from palate import PalateError, open_release

if TYPE_CHECKING:
    from palate.front_door import ItemExplanation, OpenRelease
    from palate.recommender.recommendations import Recommendation, Recommendations


Item = Annotated[str, typer.Argument(help="Id or title; a part of a title will do if only one has it.")]


def recommend(
    user: Annotated[str | None, typer.Option("--user", help="A user of the release.")] = None,
    history: Annotated[
        str | None,
        typer.Option("--history", help="Ids or titles, oldest first, with commas between them."),
    ] = None,
    k: ListLength = 10,
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
    release = _opened(releases)
    items = None if history is None else _split(history)
    whom = f"user {user}" if items is None else f"a history of {len(items)}"
    found = release.recommend(user=user, history=items, k=k)
    why = _explanations(release, found, user, items) if explain else None
    _show(release, f"Recommendations for {whom}", found, as_json=as_json, explanations=why)


def similar(item: Item, k: ListLength = 10, releases: Releases = RELEASES, as_json: AsJson = False) -> None:
    """List the items that are most like one item, by text and by behaviour.

    [bold]Examples[/bold]

      palate similar 50

      palate similar "Toy Story" -k 5
    """
    release = _opened(releases)
    catalogue = release.recommender.catalogue
    title = catalogue.titles[catalogue.index(item)]
    _show(release, f"Similar to {title}", release.similar(item, k), as_json)


def search(
    text: Annotated[str, typer.Argument(help="What you are looking for, in your own words.")],
    k: ListLength = 10,
    releases: Releases = RELEASES,
    as_json: AsJson = False,
) -> None:
    """Find items by free text.

    [bold]Examples[/bold]

      palate search "slow-burning space horror"

      palate search "a film for children about toys" -k 3
    """
    release = _opened(releases)
    _show(release, f"Found for {text!r}", release.search(text, k), as_json)


def _opened(releases: str) -> OpenRelease:
    release = open_release(releases)
    from transformers.utils.logging import disable_progress_bar  # seconds that `--help` need not wait

    disable_progress_bar()
    return release


def _explanations(
    release: OpenRelease, found: Recommendations, user: str | None, history: list[str] | None
) -> list[ItemExplanation]:
    """A checked sentence for each item, which a language model writes."""
    items, model = [item.item for item in found], release.recommender.artefacts.explain.language_model.model
    with Console(stderr=True).status(f"Waiting for {model} to write, which takes half a minute"):
        return release.explain_items(items, user=user, history=history, language_model=True)


def _split(history: str) -> list[str]:
    row = next(csv.reader([history], skipinitialspace=True), [])
    return [name.strip() for name in row if name.strip()]


def _show(
    release: OpenRelease,
    title: str,
    found: Recommendations,
    as_json: bool,
    explanations: list[ItemExplanation] | None = None,
) -> None:
    manifest = release.release.manifest
    if as_json:
        items = [_as_json(item) for item in found]
        for item, explanation in zip(items, explanations or (), strict=False):
            item["explanation"] = {"text": explanation.text, "source": explanation.source}
        show_json({"release": manifest.id, "method": manifest.method, "items": items})
        return
    rows: list[tuple[object, ...]] = [
        (rank, item.item, item.title, item.score) for rank, item in enumerate(found, 1)
    ]
    columns = ["#", "item", "title", "score"]
    if explanations is not None:
        rows = [(*row, explanation.text) for row, explanation in zip(rows, explanations, strict=True)]
        columns.append("why")
    show_table(f"{title}  (release {manifest.id})", columns, rows)


def _as_json(item: Recommendation) -> dict[str, Any]:
    return {"item": item.item, "title": item.title, "score": item.score}
