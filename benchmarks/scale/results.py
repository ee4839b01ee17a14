"""The file of figures: each command writes its own key, and leaves those of others as they are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import psutil

from benchmarks.where import where

HERE = Path(__file__).parent


def record(key: str, told: dict[str, Any], command: str) -> None:
    """Put the figures of one command into results.json, with where and how busy the machine was."""
    path = HERE / "results.json"
    results = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    load = f"{psutil.getloadavg()[1]:.1f} processes waited for the cores on average, this one included"
    results[key] = {"command": command, "load": load, **where(HERE), **told}
    path.write_text(json.dumps(results, indent=2, sort_keys=True) + "\n", encoding="utf-8")
