"""The file of this area's figures."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil

from benchmarks.figures import write_figure

RESULTS = Path(__file__).with_name("results.json")


def in_own_process(module: str, *arguments: str) -> dict[str, Any]:
    """What a module of this area prints, as JSON in its last line, in a process with a memory of its own."""
    command = [sys.executable, "-m", f"benchmarks.scale.{module}", *arguments]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, timeout=3600)
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def record(key: str, told: dict[str, Any], command: str) -> None:
    """Put the figures of one command into results.json, with how busy the machine was."""
    load = f"{psutil.getloadavg()[1]:.1f} processes waited for the cores on average, this one included"
    write_figure(RESULTS, key, command, {"load": load, **told})
