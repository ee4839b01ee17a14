"""Figures of scale, each by its name: `python -m benchmarks.scale retrieval --items 100000`."""

from __future__ import annotations

import argparse

from benchmarks.scale import prepare, retrieval, users

FIGURES = {
    "retrieval": (retrieval.measure, "items", 1_000_000, "stored indices, their rivals, and parts of them"),
    "users": (users.measure, "users", 10_000_000, "memory of a gateway and time of a list"),
    "prepare": (prepare.measure_prepare, "events", 5_000_000, "preparing beside a columnar engine"),
    "linear": (prepare.measure_linear, "events", 1_000_000, "every stage on 1, 2 and 5 times so many"),
}


def main() -> None:
    """Measure what the command line names."""
    parser = argparse.ArgumentParser(description=__doc__)
    figures = parser.add_subparsers(dest="figure", required=True)
    for name, (_, size, default, words) in FIGURES.items():
        figures.add_parser(name, help=words).add_argument(f"--{size}", dest="size", type=int, default=default)
    chosen = parser.parse_args()
    FIGURES[chosen.figure][0](chosen.size)


if __name__ == "__main__":
    main()
