"""`python -m benchmarks.encoders [FIGURE ...]`: measures figures, all by default, and writes results.json."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from benchmarks.encoders.architectures import architectures_served
from benchmarks.encoders.results import write_figure

FIGURES: dict[str, Callable[[], dict[str, Any]]] = {"architectures_served": architectures_served}


def main() -> None:
    """Write after every figure, so that an interruption costs one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("figures", nargs="*", metavar="FIGURE", help=f"of {', '.join(FIGURES)}")
    asked = parser.parse_args().figures or list(FIGURES)
    if not set(asked) <= set(FIGURES):
        parser.error(f"the figures are {', '.join(FIGURES)}")
    for name in asked:
        print(f"{name} ...", flush=True)
        write_figure(name, f"python -m benchmarks.encoders {name}", FIGURES[name]())


if __name__ == "__main__":
    main()
