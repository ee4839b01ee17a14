"""`palate generate`: a synthetic catalogue and log of any size."""

from __future__ import annotations

import shlex
from typing import Annotated

import typer

from jobs.cli.options import whole_number
from jobs.cli.output import show_line


def generate(
    users: Annotated[int, typer.Option(parser=whole_number, metavar="N", help="Users, such as 1e5.")],
    items: Annotated[int, typer.Option(parser=whole_number, metavar="N", help="Items of the catalogue.")],
    events: Annotated[int, typer.Option(parser=whole_number, metavar="N", help="Events, 3 a user or more.")],
    out: Annotated[str, typer.Option(metavar="FOLDER", help="New folder for the tables.")],
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same bytes.")] = 0,
    slope: Annotated[float, typer.Option(help="Zipf's exponent of popularity.")] = 1.0,
    drift: Annotated[float, typer.Option(help="How far tastes have moved at the end, 0 to 1.")] = 0.5,
    new_items: Annotated[float, typer.Option(help="Share of items that appear late.")] = 0.2,
) -> None:
    """Draw a synthetic shop of any size, with a configuration that reads it: for tests of scale.

    [bold]Examples[/bold]

      palate generate --users 1e5 --items 1e4 --events 5e6 --out build/shop --seed 0
    """
    from jobs.runtime.progress import Work, progress_bar  # brings Ray: seconds
    from palate.generate import DataShape, generate_tables
    from palate.storage import Folder

    shape = DataShape(
        users=users, items=items, events=events, seed=seed, slope=slope, drift=drift, new_items=new_items
    )
    with progress_bar(Work("drawing events", "events"), events) as counter:
        counter.advance(0)
        generate_tables(shape, Folder(out), on_rows=counter.advance)
    show_line(f"Written to {out}. Look at the data, then train on them:")
    for command in ("check", "retrain"):
        show_line(shlex.join(["palate", command, "--config", f"{out.rstrip('/')}/config.yaml"]))
