"""Figures of scale, each by its name: `python -m benchmarks.scale retrieval`."""

from __future__ import annotations

import argparse

from benchmarks.scale import retrieval

FIGURES = {"retrieval": retrieval.measure}

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("figure", nargs="+", choices=FIGURES)
    for name in parser.parse_args().figure:
        FIGURES[name]()
