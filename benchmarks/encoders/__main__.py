"""`python -m benchmarks.encoders [FIGURE ...]`: measures figures, all by default, and writes results.json."""

from __future__ import annotations

from benchmarks.encoders.architectures import architectures_served
from benchmarks.encoders.results import RESULTS
from benchmarks.figures import Measure, measure_asked

FIGURES: dict[str, Measure] = {"architectures_served": architectures_served}

if __name__ == "__main__":
    measure_asked("encoders", RESULTS, FIGURES)
