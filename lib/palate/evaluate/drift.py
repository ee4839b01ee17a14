"""Drift monitor: how far what people do has moved since a release learned, in popularity and in interests."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

DRAWS = 20
"""Samples by which chance is told."""

Counts = NDArray[np.int64]
Vectors = NDArray[np.float32]


class Drift(NamedTuple):
    """What has changed between the events that a release learned and those since."""

    events: int
    """Events since."""
    share: float
    """Of all events."""
    new_items: float
    """Share of the events since that are of items without an event before."""
    popularity: float
    """Jensen-Shannon divergence of the two distributions over items, 0 to 1 bit."""
    popularity_by_chance: float
    """The same for so many events drawn from the earlier distribution: what is no drift."""
    interests: float
    """1 - cosine of the mean text vectors of the items of either, 0 to 2."""
    interests_by_chance: float
    """The same for the drawn events."""

    @property
    def excess(self) -> float:
        """The popularity's divergence beyond chance, at least 0."""
        return max(0.0, self.popularity - self.popularity_by_chance)


def drift_between(before: Counts, since: Counts, text: Vectors, seed: int = 0) -> Drift | None:
    """The drift from events before, int64 [items], to events since, [items]; None without either.

    `text` are unit vectors of the items' texts, float32 [items, text width].
    """
    if not before.sum() or not since.sum():
        return None
    shares = before / before.sum()
    draws = np.random.default_rng(seed).multinomial(int(since.sum()), shares, size=DRAWS)
    return Drift(
        events=int(since.sum()),
        share=float(since.sum() / (before.sum() + since.sum())),
        new_items=float(since[before == 0].sum() / since.sum()),
        popularity=jensen_shannon(before, since),
        popularity_by_chance=float(np.mean([jensen_shannon(before, drawn) for drawn in draws])),
        interests=turned(before, since, text),
        interests_by_chance=float(np.mean([turned(before, drawn, text) for drawn in draws])),
    )


def jensen_shannon(first: Counts, second: Counts) -> float:
    """Jensen-Shannon divergence of two distributions given by counts, in bits (Lin, 1991)."""
    p, q = first / first.sum(), second / second.sum()
    middle = (p + q) / 2
    return float((_divergence(p, middle) + _divergence(q, middle)) / 2)


def turned(first: Counts, second: Counts, text: Vectors) -> float:
    """1 - cosine of the mean text vectors of the items of two sets of events."""
    means = [counts @ text for counts in (first.astype(np.float64), second.astype(np.float64))]
    lengths = np.linalg.norm(means[0]) * np.linalg.norm(means[1])
    return float(1 - means[0] @ means[1] / lengths) if lengths else 0.0


def _divergence(p: NDArray[np.float64], q: NDArray[np.float64]) -> float:
    held = p > 0
    return float((p[held] * np.log2(p[held] / q[held])).sum())
