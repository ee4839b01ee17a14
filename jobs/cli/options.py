"""Options that several commands share."""

from __future__ import annotations

from typing import Annotated

import typer

from palate.config import ReleaseConfig

RELEASES = ReleaseConfig().uri
STORE = "runs/store"

Releases = Annotated[
    str, typer.Option("--releases", metavar="URI", help="Folder or object-store URI of the releases.")
]
ListLength = Annotated[int, typer.Option("-k", min=1, help="Length of the list.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
ConfigFile = Annotated[
    str | None,
    typer.Option("--config", metavar="FILE", help="YAML file; without it, the MovieLens-100K demonstration."),
]
Overrides = Annotated[
    list[str] | None,
    typer.Argument(metavar="[KEY=VALUE]...", help="Settings to change, such as sequence.layers=3."),
]
Store = Annotated[
    str,
    typer.Option(
        "--store",
        envvar="PALATE_STORE",
        metavar="URL",
        help="PostgreSQL URL, or a folder for an embedded one.",
    ),
]
