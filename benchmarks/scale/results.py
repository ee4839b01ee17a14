"""The file of this area's figures."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import psutil

from benchmarks.figures import write_figure

RESULTS = Path(__file__).with_name("results.json")


class Figure(NamedTuple):
    """A number that a bar is set for, and how it was measured."""

    value: float
    how: str


def in_own_process(module: str, *arguments: str) -> dict[str, Any]:
    """What a module of this area prints, as JSON in its last line, in a process with a memory of its own."""
    command = [sys.executable, "-m", f"benchmarks.scale.{module}", *arguments]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, timeout=3600)
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def record(key: str, told: dict[str, Any], command: str, figures: Mapping[str, Figure] | None = None) -> None:
    """Put what one command measured into results.json, with how busy the machine was.

    Each of `figures` has a key of its own beside it.
    """
    load = f"{psutil.getloadavg()[1]:.1f} processes waited for the cores on average, this one included"
    write_figure(RESULTS, key, command, {"load": load, **told})
    for name, figure in (figures or {}).items():
        write_figure(RESULTS, name, command, {"load": load, **figure._asdict()})


def size_name(count: int) -> str:
    """A count as it stands in the names of figures: 100k, 1m."""
    return f"{count // 1000}k" if count < 1_000_000 else f"{count // 1_000_000}m"
