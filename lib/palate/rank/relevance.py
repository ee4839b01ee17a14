"""Relevance: what the release's method thinks of candidates."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from palate.retrieve.candidates import Candidates


def relevance(candidates: Candidates, weights: Mapping[str, float]) -> NDArray[np.float32]:
    """Weighted sum of the sources' scores, float32 [n]; a source without a weight does not count."""
    column = np.array([weights.get(source, 0.0) for source in candidates.sources], np.float32)
    sums: NDArray[np.float32] = candidates.scores @ column
    return sums
