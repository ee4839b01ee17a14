"""Questions to a published release: `palate recommend`, `talk`, `similar` and `search`."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from jobs.cli.batch import recommend_everybody, similar_to_each
from jobs.cli.options import RELEASES, Actors, AsJson, Everything, ListLength, Out, ReleaseId, Releases
from jobs.cli.output import show_json, show_table
from palate import PalateError, open_release
from palate.config.load import checked, tree_of

if TYPE_CHECKING:
    from palate.front_door import ItemExplanation, OpenRelease
    from palate.rank.rules import Rules
    from palate.recommender.recommendations import Recommendation, Recommendations
    from palate.steering import Constraint


Item = Annotated[
    str | None,
    typer.Argument(help="Id or title; a part of a title will do if only one has it."),
]
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


def recommend(
    user: User = None,
    history: LikedItems = None,
    everybody: Everything = False,
    users: Annotated[
        str | None,
        typer.Option(
            "--users", metavar="FILE", help="As --all, for these: an id a line, or Parquet with `user`."
        ),
    ] = None,
    out: Out = None,
    query: Annotated[
        str, typer.Option("--query", help="What the list should be like, in words.", show_default=False)
    ] = "",
    k: ListLength = 10,
    filters: Filter = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Say why; a language model on this machine writes.")
    ] = False,
    reasons: Annotated[
        bool, typer.Option("--reasons", help="Name the items of the history that are most like each.")
    ] = False,
    actors: Actors = 1,
    release_id: ReleaseId = None,
    releases: Releases = RELEASES,
    as_json: AsJson = False,
) -> None:
    """Recommend items to a user, to somebody new by what they liked, or to everybody.

    [bold]Examples[/bold]

      palate recommend --user 42 -k 10

      palate recommend --user 42 -k 5 --explain

      palate recommend --user 42 --query "like Heat, no horror, before 1990"

      palate recommend --history "50,181,172" --filter deny=Horror --filter per_category=3

      palate recommend --history 'Toy Story,"Godfather, The (1972)"' --json

      palate recommend --all -k 20 --out s3://bucket/lists
    """
    if [user is None, history is None, not everybody, users is None].count(False) != 1:
        raise PalateError(
            'Say for whom: either --user 42, or --history "item,item" for somebody new, '
            "or --users FILE for many, or --all"
        )
    rules = _rules(filters)  # mistakes in them are told before a release is opened
    if everybody or users is not None:
        _refuse_what_is_for_one(explain, query)
        recommend_everybody(
            rules,
            k=k,
            reasons=reasons,
            users=users,
            out=out,
            actors=actors,
            release_id=release_id,
            releases=releases,
            as_json=as_json,
        )
        return
    release = _opened(releases, release_id)
    items = None if history is None else _split(history)
    whom = f"user {user}" if items is None else f"a history of {len(items)}"
    found = release.recommend(user=user, history=items, k=k, filters=rules, query=query)
    if query and not as_json:
        _show_understood(release, query)
    why = _explanations(release, found, user, items) if explain else None
    _show(release, f"Recommendations for {whom}", found, as_json=as_json, reasons=reasons, explanations=why)


def _refuse_what_is_for_one(explain: bool, query: str) -> None:
    if explain:
        raise PalateError("--explain writes for one user: give --reasons here, or see palate explain --help")
    if query:
        raise PalateError("--query steers one list: give --filter here, which does for all of them")


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
    release = _opened(releases, release_id)
    catalogue = release.recommender.catalogue
    title = catalogue.titles[catalogue.index(item)]
    _show(release, f"Similar to {title}", release.similar(item, k), as_json)


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

      palate search "a film for children about toys" -k 3 --user 42
    """
    release = _opened(releases, release_id)
    _show(release, f"Found for {text!r}", release.search(text, k, user=user), as_json)


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
    release = _opened(releases, release_id)
    items = None if history is None else _split(history)
    session = release.session(user=user, history=items, k=k, filters=_rules(filters))
    _show(release, "The list", session.items, as_json=False)
    for line in _lines():
        answer = session.say(line)
        typer.echo(answer.reply)
        if not answer.missing:
            _show(release, "The list", answer.items, as_json=False)


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


def _show_understood(release: OpenRelease, query: str) -> None:
    """How the words were read, so that nobody has to guess why an item is missing."""
    steering = release.understood(query)
    asked = [f"{_way(one)} {' or '.join(one.names) or one.text}" for one in steering.constraints]
    rest = [f"rather {steering.rest}"] if steering.rest else []
    Console(stderr=True).print(f"understood: {'; '.join([*asked, *rest])}", markup=False, highlight=False)


def _way(constraint: Constraint) -> str:
    if constraint.negative:
        return "not"
    return "like" if constraint.kind == "item" else "only"


def _opened(releases: str, release_id: str | None = None) -> OpenRelease:
    release = open_release(releases, release_id)
    from transformers.utils.logging import disable_progress_bar  # seconds that `--help` need not wait

    disable_progress_bar()
    return release


def _rules(filters: list[str] | None) -> Rules:
    """The rules that were named; `PalateError` for one that there is not."""
    from palate.rank.rules import Rules

    return checked(Rules, tree_of(filters or (), {}), "The filters do not fit")


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
    *,
    reasons: bool = False,
    explanations: list[ItemExplanation] | None = None,
) -> None:
    manifest = release.release.manifest
    if as_json:
        items = [_as_json(item, reasons) for item in found]
        for item, explanation in zip(items, explanations or (), strict=False):
            item["explanation"] = {"text": explanation.text, "source": explanation.source}
        show_json({"release": manifest.id, "method": manifest.method, "items": items})
        return
    rows: list[tuple[object, ...]] = [
        (rank, item.item, item.title, item.score) for rank, item in enumerate(found, 1)
    ]
    columns = ["#", "item", "title", "score"]
    if reasons:
        likes = [", ".join(reason.title for reason in item.reasons) for item in found]
        rows = [(*row, like) for row, like in zip(rows, likes, strict=True)]
        columns.append("like")
    if explanations is not None:
        rows = [(*row, explanation.text) for row, explanation in zip(rows, explanations, strict=True)]
        columns.append("why")
    show_table(f"{title}  (release {manifest.id})", columns, rows)


def _as_json(item: Recommendation, reasons: bool) -> dict[str, Any]:
    told = {"item": item.item, "title": item.title, "score": item.score}
    return told | ({"reasons": [reason._asdict() for reason in item.reasons]} if reasons else {})
