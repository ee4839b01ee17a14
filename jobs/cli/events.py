"""`palate events`: what the endpoint was told, as a table."""

from __future__ import annotations

from typing import Annotated

import typer

from jobs.cli.options import STORE, AsJson, Store, new_folder
from jobs.cli.output import show_json, show_line
from palate.online.export import export_events

events = typer.Typer(
    help="Copy the events that the endpoint was sent.", no_args_is_help=True, rich_markup_mode="rich"
)


@events.command()
def export(
    out: Annotated[str, typer.Argument(metavar="FOLDER", help="New folder or object-store URI.")],
    store: Store = STORE,
    as_json: AsJson = False,
) -> None:
    """Write all events into Parquet files with the columns id, user, item, kind, value, time, list and text.

    A retrain that is to learn from them needs no copy: data.store=URL reads the store itself.

    [bold]Examples[/bold]

      palate events export runs/exported

      palate retrain data.yaml data.store=postgresql://palate@db/palate
    """
    folder = new_folder(out)
    exported = export_events(store, folder)
    if as_json:
        show_json({"events": exported.events, "folder": folder.uri})
    else:
        show_line(f"{exported.events:,} events are in {folder.uri}")
