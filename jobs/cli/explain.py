"""`palate explain`: writes explanations, profiles and tags ahead of time, or shows one explanation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, get_args

import typer

from jobs.cli.ask.question import Filter, rules_of
from jobs.cli.options import RELEASES, AsJson, ConfigFile, Overrides, Releases, settings_of
from jobs.cli.output import resumable, show_json, show_line, show_table, write_page
from palate import PalateError, open_release
from palate.config import Config
from palate.config.explain import InfluenceMethod

if TYPE_CHECKING:
    from palate.explain import Evidence
    from palate.front_door import Wishes
    from palate.rank.rules import Rules

KeptIn = Annotated[
    str | None,
    typer.Option(
        "--store",
        envvar="PALATE_STORE",
        metavar="URL",
        help="Also keep the texts for an endpoint: PostgreSQL URL, or a folder for an embedded one.",
    ),
]


def explain(
    overrides: Overrides = None,
    config: ConfigFile = None,
    store: KeptIn = None,
    user: Annotated[str | None, typer.Option("--user", help="Explain one item to this user alone.")] = None,
    item: Annotated[str | None, typer.Option("--item", help="The item, by its id or title.")] = None,
    html: Annotated[
        Path | None,
        typer.Option("--html", metavar="FILE", help="Also draw it: a page of one file, without network."),
    ] = None,
    language: Annotated[
        str | None,
        typer.Option(
            "--language", help="Of that one explanation: en, de or zh; by default explain.language."
        ),
    ] = None,
    query: Annotated[
        str, typer.Option("--query", help="Of a list that was asked for in these words.", show_default=False)
    ] = "",
    filters: Filter = None,
    influence: Annotated[
        str | None,
        typer.Option(
            "--influence", help="leave-one-out, shapley or lime; by default that of explain.influence."
        ),
    ] = None,
    releases: Releases = RELEASES,
    as_json: AsJson = False,
) -> None:
    r"""Write why items are recommended, the profiles of users and tags of items, for the current release.

    A pool of language models writes; what a checker finds untrue is replaced.
    An interrupted run goes on where it stopped.

    With --user and --item one item is explained to one user, by the list made anew without parts of their
    history: what carried it, and where it would stand without that. For a whole list see
    [bold]palate recommend --explain[/bold].

    [bold]Examples[/bold]

      palate explain explain.users=20

      palate explain --config configs/movielens-100k.yaml --store runs/store

      palate explain --user 42 --item "Toy Story" --html why.html

      palate explain --user 42 --item "Toy Story" --query "no horror" --influence lime

      palate explain explain.pairs=pairs.parquet explain.kinds='\[explanation]'
    """
    if any(given is not None for given in (user, item, html, language, filters, influence)) or query:
        if overrides or config or store:
            raise PalateError(
                "One explanation is of a published release: give --releases, and no configuration"
            )
        why = OneExplanation(
            user, item, language=language, query=query, rules=rules_of(filters), influence=influence
        )
        _show_one(releases, why, html=html, as_json=as_json)
        return
    settings = settings_of(config, overrides)
    from jobs.explain import explain as run_job  # brings Ray: seconds that other commands save

    with resumable():
        report = run_job(settings, store)
    if as_json:
        show_json(report)
    else:
        _show(settings, report, store)


class OneExplanation(NamedTuple):
    """What is to be explained to whom, and how."""

    user: str | None
    item: str | None
    language: str | None
    query: str
    rules: Rules
    influence: str | None


def _show_one(releases: str, asked: OneExplanation, *, html: Path | None, as_json: bool) -> None:
    """One explanation, and a picture of it where a file is named."""
    user, item = asked.user, asked.item
    if user is None or item is None:
        raise PalateError("Say what to explain to whom: --user 42 --item 50")
    method = _method(asked.influence)
    release = open_release(releases)
    wishes: Wishes = {"filters": asked.rules, "query": asked.query}
    why = release.explain(item, user=user, language=asked.language, influence=method, **wishes)
    if html is not None:
        write_page(html, release.explanation_page(item, user=user, explanation=why, **wishes))
    evidence = why.evidence
    if as_json:
        show_json({"item": why.item, "title": why.title, "text": why.text, "evidence": asdict(evidence)})
        return
    show_line(why.text)
    show_line(f"place {evidence.place or 'none'}, without the reasons {evidence.place_without or 'none'}")
    if evidence.fidelity is not None:
        show_line(f"the linear model tells {evidence.fidelity:.2f} of what the lists differ in (R2)")
    columns = ["event or statement", "opinion", "reason", "influence", "place without it"]
    show_table(f"What carries {why.title}", columns, list(_carriers(evidence)))


def _method(name: str | None) -> InfluenceMethod | None:
    """The method of this name; `PalateError` for another."""
    methods = {method: method for method in get_args(InfluenceMethod)}
    if name is not None and name not in methods:
        raise PalateError(f"There is no influence {name!r}; there are {', '.join(methods)}")
    return None if name is None else methods[name]


def _carriers(evidence: Evidence) -> Iterator[tuple[str, str, str, float, int | str]]:
    """Rows of what carries the item, reasons first."""
    for items, stated, is_reason in (
        (evidence.supporting_items, evidence.stated, "yes"),
        (evidence.others, evidence.other_stated, "no"),
    ):
        for one in items:
            opinion, place = one.sentiment.value, one.place_without or "none"
            yield one.description.title, opinion, is_reason, one.influence, place
        for said in stated:
            yield f"{said.kind}: {said.text}", "", is_reason, said.influence, said.place_without or "none"


def _show(config: Config, report: dict[str, Any], store: str | None) -> None:
    rows = [[kind, *counts.values()] for kind, counts in report["texts"].items()]
    columns = ["texts", "the model's own", "second try", "template"]
    show_table(f"Written for release {report['release']}", columns, rows)
    tables = (("Answers rejected", "because it", "rejected_for"), ("Not explained", "because", "quarantined"))
    for title, because, counts in tables:
        if report[counts]:
            show_table(title, [because, "times"], list(report[counts].items()))
    show_line(f"texts    {config.run}/explain/texts")
    if report["quarantined"]:
        show_line(f"set aside {config.run}/explain/quarantine")
    if store is not None:
        show_line("The store has them: `palate serve` gives them with this release.")
