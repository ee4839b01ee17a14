"""The file of this area's figures."""

from __future__ import annotations

from pathlib import Path

RESULTS = Path(__file__).with_name("results.json")
