"""Options that several commands share."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Annotated

import typer

from palate.config import Config, ReleaseConfig, load_config
from palate.config.load import YAML_ENDINGS
from palate.errors import PalateError
from palate.storage import Folder

RELEASES = ReleaseConfig().uri
STORE = "runs/store"

Releases = Annotated[
    str, typer.Option("--releases", metavar="URI", help="Folder or object-store URI of the releases.")
]
ListLength = Annotated[int, typer.Option("-k", min=1, help="Length of the list.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
ReleaseId = Annotated[
    str | None,
    typer.Option("--release", metavar="ID", help="A release of those; by default the current one."),
]
Everything = Annotated[bool, typer.Option("--all", help="Of all there are, as Parquet files in --out.")]
Out = Annotated[
    str | None,
    typer.Option("--out", metavar="URI", help="New folder or object-store URI for the files."),
]
Actors = Annotated[int, typer.Option("--actors", min=1, help="Workers, each with the release in its memory.")]
ConfigFile = Annotated[
    str | None,
    typer.Option("--config", metavar="FILE", help="YAML file; without it, the MovieLens-100K demonstration."),
]
Overrides = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[FILE] [KEY=VALUE]...",
        help="A YAML file, as with --config, and settings to change, such as sequence.layers=3.",
    ),
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


def new_folder(uri: str) -> Folder:
    """The folder, which must hold nothing yet; `PalateError` if it does."""
    folder = Folder(uri)
    if folder.files(recursive=True):
        raise PalateError(f"{uri} holds files; give a new folder")
    return folder


def whole_number(text: str) -> int:
    """A whole number as people write large ones: `5000000`, `5_000_000` or `5e6`."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not number.is_integer():
        raise typer.BadParameter(f"{text!r} is no whole number, such as 5000000 or 5e6")
    return int(text) if text.lstrip("+-").isdecimal() else int(number)


def settings_of(config: str | None, words: Sequence[str] | None) -> Config:
    """The configuration that a command was given; a YAML file may stand first among the settings."""
    first, *others = words or ("",)
    if config is None and "=" not in first and first.endswith(YAML_ENDINGS):
        return load_config(first, others)
    return load_config(config, words or ())
