"""Figures of scale, each by its name: `python -m benchmarks.scale retrieval --items 100000`."""

from __future__ import annotations

import argparse

from benchmarks.scale import retrieval

FIGURES = {"retrieval": retrieval.measure}

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("figure", nargs="+", choices=FIGURES)
    parser.add_argument("--items", type=int, default=1_000_000, help="items of the catalogue")
    chosen = parser.parse_args()
    for name in chosen.figure:
        FIGURES[name](chosen.items)
