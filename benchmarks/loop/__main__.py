"""`python -m benchmarks.loop [FIGURE ...]`: measures figures, all by default, and writes results.json."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from benchmarks.loop import ab_tests, list_logging, new_items, off_policy, shown_events, simulator_gain
from benchmarks.loop.results import write_figure

FIGURES: dict[str, Callable[[], dict[str, Any]]] = {
    "new_item_p99_s": new_items.measured,
    "logging_cost_ratio": list_logging.measured,
    "events_per_s": shown_events.measured,
    "simulator_gain": simulator_gain.measured,
    "simulator_gain_low": simulator_gain.measured_low,
    "off_policy_error": off_policy.measured,
    "aa_false_alarm_share": ab_tests.measured,
}


def main() -> None:
    """Write after every figure, so that an interruption costs one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("figures", nargs="*", metavar="FIGURE", help=f"of {', '.join(FIGURES)}")
    asked = parser.parse_args().figures or list(FIGURES)
    if not set(asked) <= set(FIGURES):
        parser.error(f"the figures are {', '.join(FIGURES)}")
    for name in asked:
        print(f"{name} ...", flush=True)
        write_figure(name, f"python -m benchmarks.loop {name}", FIGURES[name]())


if __name__ == "__main__":
    main()
