"""Figures of scale, each by its name: `python -m benchmarks.scale retrieval --items 100000`."""

from __future__ import annotations

import argparse
from pathlib import Path

from benchmarks.scale import autoscaling, ddp, faults, graph, lists, prepare, retrieval, stages, users

FIGURES = {
    "retrieval": (retrieval.measure, "items", 1_000_000, "stored indices, their rivals, and parts of them"),
    "lists": (lists.measure, "items", 1_000_000, "opening a release and making its lists"),
    "users": (users.measure, "users", 10_000_000, "memory of a gateway and time of a list"),
    "prepare": (prepare.measure_prepare, "events", 5_000_000, "preparing beside a columnar engine"),
    "linear": (stages.measure_linear, "events", 1_000_000, "every stage on 1, 2 and 5 times so many"),
}
WITHOUT_SIZE = {
    "graph": (graph.measure, "a hop of the graph, taken over from the benchmark of serving"),
    "faults": (faults.measure, "what becomes of a retrain on a cluster that loses nodes"),
    "autoscaling": (
        autoscaling.measure,
        "copies of each stage under eight times the load, and what fails",
    ),
}


def main() -> None:
    """Measure what the command line names."""
    parser = argparse.ArgumentParser(description=__doc__)
    figures = parser.add_subparsers(dest="figure", required=True)
    for name, (_, size, default, words) in FIGURES.items():
        figures.add_parser(name, help=words).add_argument(f"--{size}", dest="size", type=int, default=default)
    whole = figures.add_parser("whole", help="every stage of a retrain of many items and events")
    whole.add_argument("--events", type=int, default=20_000_000)
    whole.add_argument("--items", type=int, default=1_000_000)
    of_run = figures.add_parser("ddp", help="what a second worker of training is worth")
    of_run.add_argument("--run", type=Path, required=True, help="folder of a finished run of MovieLens-100K")
    for name, (_, words) in WITHOUT_SIZE.items():
        figures.add_parser(name, help=words)
    chosen = parser.parse_args()
    if chosen.figure == "ddp":
        ddp.measure(chosen.run)
    elif chosen.figure == "whole":
        stages.measure_whole(chosen.events, chosen.items)
    elif chosen.figure in WITHOUT_SIZE:
        WITHOUT_SIZE[chosen.figure][0]()
    else:
        FIGURES[chosen.figure][0](chosen.size)


if __name__ == "__main__":
    main()
