"""`palate events`: what the endpoint was told, as a table, and into another store."""

from __future__ import annotations

from typing import Annotated

import typer

from jobs.cli.options import STORE, AsJson, Store, new_folder
from jobs.cli.output import show_json, show_line
from palate.online.event_import import import_events
from palate.online.export import export_events
from palate.storage import Folder

events = typer.Typer(
    help="Copy the events that the endpoint was sent, out of a store and into one.",
    no_args_is_help=True,
    rich_markup_mode="rich",
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


@events.command("import")
def import_(
    folder: Annotated[str, typer.Argument(metavar="FOLDER", help="What export wrote: Parquet files.")],
    store: Store = STORE,
    as_json: AsJson = False,
) -> None:
    """Put exported events into a store, each once by its user and id.

    Users whom the store has erased stay forgotten. An interrupted import is begun again by the same command.

    [bold]Examples[/bold]

      palate events import runs/exported --store postgresql://palate@db/palate
    """
    imported = import_events(store, Folder(folder))
    if as_json:
        show_json({**imported._asdict(), "folder": folder})
    else:
        show_line(
            f"{imported.new:,} events are new, {imported.known:,} were known, and {imported.erased:,} are of "
            "users who were erased"
        )
