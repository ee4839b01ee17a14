"""A hop of the graph and an event's way to a list, as `python -m benchmarks.serving` has measured them."""

from __future__ import annotations

import json

from benchmarks.figures import write_figure
from benchmarks.scale.results import RESULTS

SERVING = RESULTS.parent.with_name("serving") / "results.json"
NAMES = {
    "graph_hop_ms": "graph_p50_above_functions_ms",
    "event_to_list_p99_ms_graph": "event_to_list_p99_ms_graph",
}
"""Our names to theirs."""


def measure() -> None:
    """Take both over."""
    measured = json.loads(SERVING.read_text(encoding="utf-8"))
    for ours, theirs in NAMES.items():
        when = {"measured": measured["parts"]["graph"]["measured"]}
        write_figure(RESULTS, ours, measured["command"], when | measured[theirs])
