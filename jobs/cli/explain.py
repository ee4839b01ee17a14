"""`palate explain`: writes explanations, profiles and tags ahead of time."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from jobs.cli.options import AsJson, ConfigFile, Overrides, settings_of
from jobs.cli.output import resumable, show_json, show_line, show_table
from palate.config import Config

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
    overrides: Overrides = None, config: ConfigFile = None, store: KeptIn = None, as_json: AsJson = False
) -> None:
    r"""Write why items are recommended, the profiles of users and tags of items, for the current release.

    A pool of language models writes; what a checker finds untrue is replaced.
    An interrupted run goes on where it stopped.

    For one user see [bold]palate recommend --explain[/bold].

    [bold]Examples[/bold]

      palate explain explain.users=20

      palate explain --config configs/movielens-100k.yaml --store runs/store

      palate explain explain.pairs=pairs.parquet explain.kinds='\[explanation]'
    """
    settings = settings_of(config, overrides)
    from jobs.explain import explain as run_job  # brings Ray: seconds that other commands save

    with resumable():
        report = run_job(settings, store)
    if as_json:
        show_json(report)
    else:
        _show(settings, report, store)


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
