"""Architectures served: the share of encoders that people use that train, are published and answer a search.

Counted by the tests that prove it: tiny Qwen3, E5 and BGE, trained whole and by adapters, in both modes.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

TESTS = "tests/serving/pipeline/test_encoders_served.py"


def architectures_served() -> dict[str, Any]:
    """The share of the cases whose test passes, and those that do not."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        command = [sys.executable, "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", TESTS]
        places = [f"--junitxml={report}", f"--basetemp={folder}/tests"]
        subprocess.run([*command, *places], check=False, env=os.environ | {"HF_HUB_OFFLINE": "1"})
        cases = list(ET.parse(report).getroot().iter("testcase"))
    failed = [str(case.get("name")) for case in cases if len(case)]
    return {
        "value": round(1 - len(failed) / len(cases), 4),
        "cases": len(cases),
        "failed": failed,
        "how": "a step of training, export, release, and the four nearest items to a request; "
        "graph mode by Ray Serve's local testing mode, without HTTP",
    }
