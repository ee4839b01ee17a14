"""Exposure metrics (coverage, Gini): how recommendations spread over the catalogue, from counts of items."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def coverage(exposure: NDArray[np.int64]) -> float:
    """Share of the catalogue that was recommended to somebody."""
    return float(np.count_nonzero(exposure) / len(exposure))


def gini(exposure: NDArray[np.int64]) -> float:
    """Inequality of exposure: 0 when all items are shown alike, near 1 when one takes all.

    sum over items, least shown first, of (2 i - n - 1) x(i) / (n sum x), with i from 1 to n.
    """
    count, total = len(exposure), int(exposure.sum())
    weights = 2 * np.arange(1, count + 1) - count - 1
    return float(weights @ np.sort(exposure) / max(count * total, 1))


def lorenz_curve(exposure: NDArray[np.int64], points: int = 101) -> NDArray[np.float64]:
    """Share of all recommendations that go to the least shown 0 to 100 % of the items; [points]."""
    # From 0 at no items to 1 at all of them, [items + 1].
    shares = np.concatenate([[0], np.cumsum(np.sort(exposure))]) / max(int(exposure.sum()), 1)
    return np.interp(np.linspace(0, 1, points), np.linspace(0, 1, len(shares)), shares)
