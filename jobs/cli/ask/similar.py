"""`palate similar`: the neighbours of one item, or of all."""

from __future__ import annotations

from typing import Annotated

import typer

from jobs.cli.ask.answer import show_list
from jobs.cli.ask.question import opened
from jobs.cli.batch import similar_to_each
from jobs.cli.options import RELEASES, Actors, AsJson, Everything, ListLength, Out, ReleaseId, Releases
from palate.errors import PalateError

Item = Annotated[
    str | None,
    typer.Argument(help="Id or title; a part of a title will do if only one has it."),
]


def similar(
    item: Item = None,
    everything: Everything = False,
    out: Out = None,
    k: ListLength = 10,
    actors: Actors = 1,
    release_id: ReleaseId = None,
    releases: Releases = RELEASES,
    as_json: AsJson = False,
) -> None:
    """List the items that are most like one item, by text and by behaviour; or those of every item.

    [bold]Examples[/bold]

      palate similar 50

      palate similar "Toy Story" -k 5

      palate similar --all -k 20 --out s3://bucket/similar
    """
    if (item is None) != everything:
        raise PalateError("Say to what: either an item, or --all for the neighbours of every item")
    if item is None:
        similar_to_each(k, out=out, actors=actors, release_id=release_id, releases=releases, as_json=as_json)
        return
    release = opened(releases, release_id)
    catalogue = release.recommender.catalogue
    title = catalogue.titles[catalogue.index(item)]
    show_list(release, f"Similar to {title}", release.similar(item, k), as_json)
