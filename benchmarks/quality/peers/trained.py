"""What running a peer yields, and what bounds it."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from benchmarks.quality.peers.lists import Lists
from benchmarks.quality.peers.split import Question

Recommend = Callable[[Question], Lists]
"""A row of ten items for each asked user, with gaps where the peer has nothing to say."""


@dataclass(frozen=True)
class Limits:
    """The time a peer is given, its seed, and settings to use in place of the published ones."""

    seed: int = 1
    seconds: float = float("inf")
    """Of training alone; validation is not counted."""

    changes: dict[str, Any] = field(default_factory=dict)
    validate_every: int = 1
    """Epochs from one validation to the next."""


@dataclass(frozen=True)
class Trained:
    """A trained peer and how it was trained."""

    recommend: Recommend
    package: str
    settings: dict[str, Any]
    train_seconds: float
    stopped_by: str
    grid_seconds: float = 0.0
    curve: list[dict[str, float]] = field(default_factory=list)


def threads() -> int:
    """Threads that a peer may use."""
    return int(os.environ.get("OMP_NUM_THREADS", 0)) or len(os.sched_getaffinity(0))
