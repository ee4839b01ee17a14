"""Relevance: what the release's method thinks of candidates."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from palate.errors import PalateError
from palate.retrieve.candidates import Candidates


def relevance(candidates: Candidates, weights: Mapping[str, float]) -> NDArray[np.float32]:
    """Weighted sum of the sources' scores, float32 [n]; a source without a weight does not count."""
    column = np.array([weights.get(source, 0.0) for source in candidates.sources], np.float32)
    sums: NDArray[np.float32] = candidates.scores @ column
    return sums


def reweighted(weights: Mapping[str, float], factors: Mapping[str, float]) -> Mapping[str, float]:
    """The weights times the factors of the sources that these name.

    `PalateError` for a source that weighs nothing in any case, and where nothing is left that weighs.
    """
    if not factors:
        return weights
    unknown = sorted(factors.keys() - weights.keys())
    if unknown:
        raise PalateError(
            f"sources names {unknown[0]!r}, which has no weight in this release; those that have are "
            f"{', '.join(sorted(weights))}"
        )
    changed = {source: weight * factors.get(source, 1.0) for source, weight in weights.items()}
    if not any(changed.values()):
        raise PalateError("sources leaves no source with a weight; leave one of them above 0")
    return changed
