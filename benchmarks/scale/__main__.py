"""Figures of scale, each by its name: `python -m benchmarks.scale retrieval --items 100000`."""

from __future__ import annotations

import argparse

from benchmarks.scale import retrieval, users


def main() -> None:
    """Measure what the command line names."""
    parser = argparse.ArgumentParser(description=__doc__)
    figures = parser.add_subparsers(dest="figure", required=True)
    added = figures.add_parser("retrieval", help="stored inverted lists, their rivals, and parts of them")
    added.add_argument("--items", type=int, default=1_000_000, help="items of the catalogue")
    added = figures.add_parser("users", help="memory of a gateway and time of a list")
    added.add_argument("--users", type=int, default=10_000_000, help="users of the release")
    chosen = parser.parse_args()
    if chosen.figure == "retrieval":
        retrieval.measure(chosen.items)
    else:
        users.measure(chosen.users)


if __name__ == "__main__":
    main()
