"""Activity: how events spread over users, items, time and kinds, how often they repeat, and what is cold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from palate.data.histories import Histories
from palate.schema import DAY

_BARS = 40
"""Bars of a figure at most."""


class Spread(NamedTuple):
    """A distribution of counts."""

    median: int
    ninth_decile: int
    most: int

    @classmethod
    def of(cls, counts: NDArray[np.int64]) -> Spread:
        """The distribution; all zero where there is nothing."""
        if not len(counts):
            return cls(0, 0, 0)
        return cls(*(int(value) for value in np.quantile(counts, (0.5, 0.9, 1.0), method="lower")))


class KindCount(NamedTuple):
    """Events of one kind."""

    kind: str
    events: int
    least: float
    most: float
    """The range of their values."""


@dataclass(frozen=True)
class Activity:
    """What the kept events are like."""

    per_user: NDArray[np.int64]
    """Events of each user."""
    per_item: NDArray[np.int64]
    """Events of each item that has any."""
    kinds: list[KindCount]
    repeats: int
    """Events whose user had the item before."""
    cold_items: int
    """Items of the catalogue without an event to train on."""
    cold_held_out: int
    """Held-out events of such items."""
    days: int
    """Different days on which something happened."""
    at_midnight: int
    """Events at exactly midnight UTC: where that is all of them, they are dates without a time of day."""

    @classmethod
    def of(cls, histories: Histories, items: int) -> Activity:
        """The activity in histories over a catalogue of `items` items."""
        lengths = np.diff(histories.offsets)
        user = np.repeat(np.arange(len(histories)), lengths)
        place = np.arange(len(histories.items)) - np.repeat(histories.offsets[:-1], lengths)
        trains = place < histories.train_end[user]
        counts = np.bincount(histories.items, minlength=items)
        is_cold = np.bincount(histories.items[trains], minlength=items) == 0
        pairs = np.unique(user.astype(np.int64) * max(items, 1) + histories.items)
        return cls(
            per_user=lengths,
            per_item=counts[counts > 0],
            kinds=_kinds(histories),
            repeats=len(histories.items) - len(pairs),
            cold_items=int(is_cold.sum()),
            cold_held_out=int(is_cold[histories.items[~trains]].sum()),
            days=len(np.unique(histories.times // DAY)),
            at_midnight=int((histories.times % DAY == 0).sum()),
        )


def _kinds(histories: Histories) -> list[KindCount]:
    if histories.kinds is None or histories.values is None:
        return []
    names, codes = histories.kinds.dictionary.to_pylist(), histories.kinds.indices.to_numpy()
    kinds = [(name, histories.values[codes == code]) for code, name in enumerate(names)]
    counts = [
        KindCount(name, len(values), float(values.min()), float(values.max()))
        for name, values in kinds
        if len(values)
    ]
    return sorted(counts, key=lambda kind: -kind.events)


def log_bins(counts: NDArray[np.int64]) -> tuple[list[str], list[int]]:
    """Labels such as `4-7` and how many counts lie in each; each bin is twice as wide as the one before."""
    if not len(counts):
        return [], []
    powers = np.floor(np.log2(np.maximum(counts, 1))).astype(int)
    sizes = np.bincount(powers)
    ends = [(2**power, 2 ** (power + 1) - 1) for power in range(len(sizes))]
    return [f"{low:,}-{high:,}" if low < high else f"{low:,}" for low, high in ends], sizes.tolist()


def time_bins(times: NDArray[np.int64]) -> tuple[NDArray[np.int64], list[int]]:
    """Where equal spans of time begin, in seconds, and how many events lie in each."""
    if not len(times):
        return np.zeros(0, np.int64), []
    first, last = int(times.min()), int(times.max())
    edges = np.linspace(first, last + 1, min(_BARS, last - first + 1) + 1)
    counts, _ = np.histogram(times, edges)
    return edges[:-1].astype(np.int64), counts.tolist()
