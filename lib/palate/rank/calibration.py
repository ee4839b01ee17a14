"""Calibration: how far probabilities are from what happens."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

BINS = 10


def calibration_report(probabilities: NDArray[np.float64], answers: NDArray[np.bool_]) -> dict[str, float]:
    """Expected calibration error, Brier score and base rate of probabilities [n] of answers [n], n > 0."""
    return {
        "ece": expected_calibration_error(probabilities, answers),
        "brier": float(np.mean((probabilities - answers) ** 2)),
        "base_rate": float(answers.mean()),
        "mean_probability": float(probabilities.mean()),
    }


def expected_calibration_error(probabilities: NDArray[np.float64], answers: NDArray[np.bool_]) -> float:
    """Mean difference between probability and frequency over ten bins with equally many of the sorted rows.

    Source: Naeini, Cooper and Hauskrecht, Obtaining well calibrated probabilities using Bayesian binning,
    AAAI 2015, with bins of equal mass instead of equal width.
    """
    order = np.argsort(probabilities, kind="stable")
    differences = probabilities[order] - answers[order]
    bins = [part for part in np.array_split(differences, BINS) if len(part)]
    return float(sum(abs(part.sum()) for part in bins) / len(differences))
