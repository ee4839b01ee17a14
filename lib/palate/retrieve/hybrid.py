"""Two methods as one: the sequence model's scores plus weighted scores of EASE with recency."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from palate.data.histories import History
from palate.retrieve.base import Scorer
from palate.retrieve.ease import EaseRecent
from palate.storage import Folder

HYBRID = "hybrid"
"""Name of the method in tables and on disk."""
PARTNER = EaseRecent.method

WEIGHTS = (0.0, 1.0, 2.0, 3.0, 5.0, 7.0, 10.0, 14.0, 20.0, 30.0, 40.0, 60.0, 80.0)
"""Weights that are tried on the validation events."""

HYBRID_FILE = f"{HYBRID}.json"


class Hybrid:
    """score(i | history) = sequence(i | history) + w ease_recent(i | history).

    The first term is a logit, so the sum multiplies the sequence model's probability by exp(w ease):
    what is seldom seen together in any order is made less likely, whatever the order says.
    """

    def __init__(self, sequence: Scorer, partner: Scorer, weight: float) -> None:
        self.sequence, self.partner, self.weight = sequence, partner, weight

    def scores(self, histories: Sequence[History]) -> NDArray[np.float32]:
        """Float32 [histories, items]; seen items are not masked."""
        found = self.sequence.scores(histories)
        found += np.float32(self.weight) * self.partner.scores(histories)
        return found


def save_hybrid(folder: Folder, weight: float, validation: dict[str, float]) -> None:
    """Write the weight, and the validation NDCG@10 of every weight that was tried."""
    folder.write_json(HYBRID_FILE, {"method": HYBRID, "weight": weight, "validation": validation})


def load_weight(folder: Folder) -> float:
    """The weight that was chosen."""
    return float(folder.read_json(HYBRID_FILE)["weight"])
