"""Hybrid: several methods as one, the sequence model's scores plus weighted scores of others."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from palate.data.histories import History
from palate.retrieve.base import Scorer
from palate.storage import Folder

HYBRID, SEQUENCE = "hybrid", "sequence"
"""Names of the methods in tables and on disk."""

HYBRID_FILE = f"{HYBRID}.json"


class Step(NamedTuple):
    """What one more method brought."""

    method: str
    ndcg: float
    """NDCG@10 of the sum with it, by weights fitted to other users."""
    gain: float
    """What that is more than without it."""
    error: float
    """Standard error of the gain."""
    kept: bool


class Hybrid:
    """score(i | history) = sequence(i | history) + sum over partners p of w_p p(i | history).

    The first term is a logit, so the sum multiplies the sequence model's probability by exp(w p): what is
    seldom taken together in any order is made less likely, whatever the order says.
    """

    def __init__(self, methods: Mapping[str, Scorer], weights: Mapping[str, float]) -> None:
        """Take the weights by method, and at least those methods."""
        self._parts = [(methods[name], np.float32(weight)) for name, weight in weights.items()]

    def scores(self, histories: Sequence[History]) -> NDArray[np.float32]:
        """Float32 [histories, items]; seen items are not masked."""
        parts = (weight * method.scores(histories) for method, weight in self._parts)
        return functools.reduce(np.add, parts)


def save_hybrid(folder: Folder, weights: Mapping[str, float], steps: Sequence[Step]) -> None:
    """Write the weights by method, and what was tried."""
    record = {"method": HYBRID, "weights": dict(weights), "steps": [step._asdict() for step in steps]}
    folder.write_json(HYBRID_FILE, record)


def load_weights(folder: Folder) -> dict[str, float]:
    """The weights by method; the sequence model alone where nothing else pays."""
    return {name: float(weight) for name, weight in folder.read_json(HYBRID_FILE)["weights"].items()}
