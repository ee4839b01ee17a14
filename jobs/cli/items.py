"""`palate items`: the living catalogue, from files and into files."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Annotated

import typer

from jobs.cli.options import RELEASES, STORE, AsJson, Releases, Store, new_folder
from jobs.cli.output import show_json, show_line
from palate.live.columns import Columns
from palate.live.files import file_items
from palate.online import PostgresStore, store_at
from palate.online.item_export import FILE, export_items
from palate.online.items import MAX_ITEM_BYTES, MAX_ITEMS, ItemChange, ItemStore
from palate.recommender.artefacts import Artefacts
from palate.release import verified_release
from palate.storage import Folder

AT_ONCE = 500
"""Items that are stored together."""
HELP = """Put items into the catalogue between two releases, and take them out.

A new item is on the lists of a running endpoint within two seconds: its text is made and encoded as the
release's own were, and it stands among its neighbours by text until people have taken it. The next training
takes in what was said (data.store). Over HTTP the same is POST, PATCH and DELETE /v1/items, with a key of the
role catalogue.
"""

items = typer.Typer(help=HELP, no_args_is_help=True, rich_markup_mode="rich")


@items.command("import")
def import_items(
    file: Annotated[str, typer.Argument(metavar="FILE", help="CSV, JSON lines or Parquet; item and title.")],
    releases: Releases = RELEASES,
    store: Store = STORE,
    max_items: Annotated[int, typer.Option(min=1, help="Items that the store may hold.")] = MAX_ITEMS,
    as_json: AsJson = False,
) -> None:
    """Put the items of a file into the catalogue: new ones, and known ones described anew.

    The columns are those of the release's catalogue; an empty field leaves what the release has. A column
    [bold]state[/bold] may say available, unavailable or gone. Nothing is stored unless every row fits.

    [bold]Examples[/bold]

      palate items import new.csv

      palate items import items.parquet --store postgresql://palate@db/palate
    """
    catalogue = Artefacts.of(verified_release(Folder(releases)))
    columns = Columns(catalogue.catalogue.column_names, catalogue.text_template)
    changes = list(file_items(file))
    for change in changes:
        columns.check(change.item, change.fields, MAX_ITEM_BYTES)
    with store_at(store) as url:
        asyncio.run(_put(url, changes, max_items))
    if as_json:
        show_json({"items": len(changes), "file": file})
    else:
        show_line(f"{len(changes):,} items are stored; a running endpoint lists them within two seconds")


@items.command()
def export(
    out: Annotated[str, typer.Argument(metavar="FOLDER", help="New folder or object-store URI.")],
    store: Store = STORE,
    as_json: AsJson = False,
) -> None:
    """Write all live items into items.parquet, which import reads again.

    A retrain that is to take them in needs no copy: data.store=URL reads the store itself.

    [bold]Examples[/bold]

      palate items export runs/items

      palate retrain data.yaml data.store=postgresql://palate@db/palate
    """
    folder = new_folder(out)
    count = export_items(store, folder)
    if as_json:
        show_json({"items": count, "file": f"{folder.uri}/{FILE}"})
    else:
        show_line(f"{count:,} items are in {folder.uri}/{FILE}")


async def _put(url: str, changes: Sequence[ItemChange], max_items: int) -> None:
    store = await PostgresStore.open(url, pool_size=1)
    try:
        kept = ItemStore(store.database, max_items)
        for first in range(0, len(changes), AT_ONCE):
            await kept.put(changes[first : first + AT_ONCE])
    finally:
        await store.close()
