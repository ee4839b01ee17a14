"""What the commands of this folder have in common: their runs, their files, and how they end."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from palate.config import Config, load_config
from palate.errors import PalateError

DATA = ("amazon-beauty", "movielens-1m", "movielens-100k")
RESULTS = Path(__file__).parent / "results"


def config_of(data: str, name: str, settings: Iterable[str], folder: str | None = None) -> Config:
    """A data set's configuration with some settings, for the run of this name and data in `folder`."""
    run = (Path("runs/bench-quality") / data / name).absolute()
    places = [f"run={run}", *([f"data.folder={folder}"] if folder else [])]
    return load_config(f"configs/{data}.yaml", [*places, *settings])


def measured_run(program: str, description: str | None) -> tuple[str, Config]:
    """The data set and the run, left by `python -m benchmarks.quality`, that the command line names."""
    parser = argparse.ArgumentParser(prog=program, description=description)
    parser.add_argument("data", choices=DATA)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    return options.data, config_of(options.data, f"seed-{options.seed}", [f"seed={options.seed}"])


def markdown(heading: str, rows: Iterable[str]) -> str:
    """A table of rows that begin and end with a bar, as the heading does."""
    return "\n".join([heading, "|---" * (heading.count("|") - 1) + "|", *rows]) + "\n"


def write(file: Path, content: dict[str, Any], table: str) -> None:
    """The file, and its table beside it."""
    file.write_text(json.dumps(content, indent=1) + "\n")
    file.with_suffix(".md").write_text(table)


def end_well(main: Callable[[], None]) -> None:
    """Run a command; a user's mistake is told in a line."""
    try:
        main()
    except PalateError as error:
        sys.exit(f"error: {error}")
