"""Figures of an area: each under its own key of one file, so that several benchmarks write into it."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from benchmarks.where import where

Measure = Callable[[], dict[str, Any]]
"""What comes of one figure."""


def write_figure(file: Path, name: str, command: str, found: Mapping[str, Any]) -> None:
    """Put a figure, with the command that measured it, in the place of its earlier measurement."""
    known: dict[str, Any] = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    known[name] = {"command": command, "measured": where(file.parent), **found}
    content = json.dumps(dict(sorted(known.items())), indent=1, ensure_ascii=False)
    temporary = file.with_suffix(".tmp")
    temporary.write_text(content + "\n", encoding="utf-8")
    temporary.rename(file)


def measure_asked(area: str, file: Path, figures: Mapping[str, Measure]) -> None:
    """The command line of an area: figures by their names, or all, each written as soon as it is there."""
    parser = argparse.ArgumentParser(
        prog=f"python -m benchmarks.{area}",
        description="Measures figures, all by default, and writes results.json after each.",
    )
    parser.add_argument("figures", nargs="*", metavar="FIGURE", help=f"of {', '.join(figures)}")
    asked = parser.parse_args().figures or list(figures)
    if not set(asked) <= set(figures):
        parser.error(f"the figures are {', '.join(figures)}")
    for name in asked:
        print(f"{name} ...", flush=True)
        write_figure(file, name, f"python -m benchmarks.{area} {name}", figures[name]())
