"""`palate init`: a first configuration, written by looking at two tables."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

from jobs.cli.output import show_line
from palate.errors import PalateError

Table = Annotated[str, typer.Argument(help="File, folder or object-store URI.", show_default=False)]


def init(
    events: Table,
    catalogue: Table,
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="FILE", help="Where the YAML goes; it must be new.")
    ] = Path("data.yaml"),
) -> None:
    """Write a configuration by looking at a log of events and a catalogue of items.

    It says in comments what it took each column for, and why: read them, and mend what is wrong.

    [bold]Examples[/bold]

      palate init orders.csv products.parquet

      palate init s3://bucket/clicks/ catalogue.jsonl.gz -o shop.yaml
    """
    if output.exists():
        raise PalateError(f"{output} is there already; give another file with -o, or delete it")
    from palate.data.discovery.document import first_configuration

    document = first_configuration(events, catalogue)
    output.write_text(document, encoding="utf-8")
    print(document, end="")
    show_line(f"Written to {output}. Look at the data with it, before anything is trained:")
    show_line(shlex.join(["palate", "check", str(output)]))
