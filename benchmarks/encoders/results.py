"""The file of this area's figures."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from benchmarks import figures

RESULTS = Path(__file__).with_name("results.json")
write_figure = partial(figures.write_figure, RESULTS)
