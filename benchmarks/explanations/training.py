"""What fine-tuning the explainer costs, and what it lifts."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from benchmarks.explanations.job import CONFIG, SECONDS


def training(releases: str, run: Path) -> dict[str, Any]:
    """The report of `palate train-explainer`, and its seconds from end to end."""
    shutil.rmtree(run, ignore_errors=True)  # or it would go on where an earlier one was stopped
    command = [str(Path(sys.executable).with_name("palate")), "train-explainer", "--config", CONFIG, "--json"]
    command += [f"run={run}", f"release.uri={releases}"]
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=SECONDS, check=True)
    folder = run / "train_explainer"
    report: dict[str, Any] = json.loads((folder / "report.json").read_text())
    manifest = json.loads((folder / "manifest.json").read_text())
    return {"seconds": manifest["seconds"], "peak_memory_bytes": manifest["peak_memory_bytes"], **report}
