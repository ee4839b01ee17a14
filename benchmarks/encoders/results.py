"""The file of results: each figure under its own key, so that several benchmarks write into one file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from benchmarks.where import where

RESULTS = Path(__file__).with_name("results.json")


def write_figure(name: str, command: str, found: dict[str, Any]) -> None:
    """Put a figure, with the command that measured it, in the place of its earlier measurement."""
    known: dict[str, Any] = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    known[name] = {"command": command, "measured": where(RESULTS.parent), **found}
    content = json.dumps(dict(sorted(known.items())), indent=1)
    temporary = RESULTS.with_suffix(".tmp")
    temporary.write_text(content + "\n")
    temporary.rename(RESULTS)
