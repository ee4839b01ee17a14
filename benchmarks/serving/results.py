"""The file of results: every part beside where it was measured, and the headlines of all parts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from benchmarks.serving.summary import headlines

RESULTS = Path(__file__).with_name("results.json")


def write_part(name: str, here: dict[str, Any], found: Any, **more: Any) -> None:
    """Put a part in the place of its earlier measurement; `more` stands beside what was found."""
    known: dict[str, Any] = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    parts = known.get("parts", {}) | {name: {"measured": here, **more, "found": found}}
    # What was measured by hand, such as the start of a release of real data, stays.
    content = known | headlines({part: one["found"] for part, one in parts.items()}) | {"parts": parts}
    RESULTS.write_text(json.dumps({"command": "python -m benchmarks.serving"} | content, indent=1) + "\n")
