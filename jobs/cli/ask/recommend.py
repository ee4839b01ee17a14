"""`palate recommend`: a list for one user, for somebody new, or for everybody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from jobs.cli.ask.answer import show_list
from jobs.cli.ask.question import Filter, LikedItems, User, items_of, opened, rules_of
from jobs.cli.batch import recommend_everybody
from jobs.cli.options import RELEASES, Actors, AsJson, Everything, ListLength, Out, ReleaseId, Releases
from palate.errors import PalateError

if TYPE_CHECKING:
    from palate.front_door import ItemExplanation, OpenRelease
    from palate.recommender.recommendations import Recommendations
    from palate.steering import Constraint

UsersFile = Annotated[
    str | None,
    typer.Option(
        "--users", metavar="FILE", help="As --all, for these: an id a line, or Parquet with `user`."
    ),
]
Query = Annotated[
    str, typer.Option("--query", help="What the list should be like, in words.", show_default=False)
]
Explain = Annotated[bool, typer.Option("--explain", help="Say why; a language model on this machine writes.")]
Reasons = Annotated[
    bool, typer.Option("--reasons", help="Name the items of the history that are most like each.")
]


def recommend(
    user: User = None,
    history: LikedItems = None,
    everybody: Everything = False,
    users: UsersFile = None,
    out: Out = None,
    query: Query = "",
    k: ListLength = 10,
    filters: Filter = None,
    explain: Explain = False,
    reasons: Reasons = False,
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
    rules = rules_of(filters)  # mistakes in them are told before a release is opened
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
    release, items = opened(releases, release_id), items_of(history)
    found = release.recommend(user=user, history=items, k=k, filters=rules, query=query)
    if query and not as_json:
        _show_understood(release, query)
    why = _explanations(release, found, user, items) if explain else None
    whom = f"user {user}" if items is None else f"a history of {len(items)}"
    show_list(release, f"Recommendations for {whom}", found, as_json, reasons=reasons, explanations=why)


def _refuse_what_is_for_one(explain: bool, query: str) -> None:
    if explain:
        raise PalateError("--explain writes for one user: give --reasons here, or see palate explain --help")
    if query:
        raise PalateError("--query steers one list: give --filter here, which does for all of them")


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


def _explanations(
    release: OpenRelease, found: Recommendations, user: str | None, history: list[str] | None
) -> list[ItemExplanation]:
    """A checked sentence for each item, which a language model writes."""
    items, model = [item.item for item in found], release.recommender.artefacts.explain.language_model.model
    with Console(stderr=True).status(f"Waiting for {model} to write, which takes half a minute"):
        return release.explain_items(items, user=user, history=history, language_model=True)
