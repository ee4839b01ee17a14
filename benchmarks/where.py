"""On what something was measured."""

from __future__ import annotations

import platform
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import psutil


def where(folder: Path) -> dict[str, str]:
    """Commit of the repository around `folder`, machine and time."""
    commit = subprocess.run(
        ["git", "describe", "--always", "--abbrev=40", "--exclude=*", "--dirty=+changes"],
        capture_output=True, text=True, check=False, cwd=folder,
    ).stdout.strip()  # fmt: skip
    machine = f"{psutil.cpu_count()} vCPU, {psutil.virtual_memory().total >> 30} GiB, {platform.machine()}"
    return {"commit": commit, "machine": machine, "time": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"}
