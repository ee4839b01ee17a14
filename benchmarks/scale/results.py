"""The file of this area's figures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psutil

from benchmarks.figures import write_figure

RESULTS = Path(__file__).with_name("results.json")


def record(key: str, told: dict[str, Any], command: str) -> None:
    """Put the figures of one command into results.json, with how busy the machine was."""
    load = f"{psutil.getloadavg()[1]:.1f} processes waited for the cores on average, this one included"
    write_figure(RESULTS, key, command, {"load": load, **told})
