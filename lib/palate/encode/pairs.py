"""Positive pairs for contrastive learning: items that follow each other in histories."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from palate.data.histories import Histories, History


class Pairs(NamedTuple):
    """Neighbouring items by catalogue index, each array int32 of shape [pairs]."""

    anchors: NDArray[np.int32]
    positives: NDArray[np.int32]

    def take(self, rows: slice | NDArray[np.int64]) -> Pairs:
        """These rows."""
        return Pairs(self.anchors[rows], self.positives[rows])


def sample_pairs(
    blocks: Iterable[Histories], count: int, window: int, hidden: NDArray[np.bool_], seed: int
) -> Pairs:
    """Draw `count` pairs at most `window` events apart, every event as likely an anchor as another.

    One pass over the blocks in their order, holding `count` pairs: a reservoir sample with
    replacement, so that users may outnumber memory. `hidden` (bool [items]) are left out. The same
    blocks and seed give the same pairs; too few events give fewer than `count`, down to none.
    """
    generator = np.random.default_rng(seed)
    kept = Pairs(np.full(count, -1, np.int32), np.full(count, -1, np.int32))
    seen = 0
    for block in blocks:
        found = _neighbours(block, window, hidden, generator)
        seen += len(found.anchors)
        if not len(found.anchors):
            continue
        # Each slot takes an event of this block with the block's share of all events so far.
        slots = np.flatnonzero(generator.random(count) < len(found.anchors) / seen)
        drawn = found.take(generator.integers(0, len(found.anchors), len(slots)))
        kept.anchors[slots], kept.positives[slots] = drawn
    return kept.take(np.flatnonzero(kept.anchors >= 0))


def batches(pairs: Pairs, batch_size: int, first: int, end: int) -> Iterator[Pairs]:
    """The batches of steps `first` to `end`, beginning again where the pairs end; none without pairs."""
    for step in range(first, end if len(pairs.anchors) else first):
        rows = np.arange(step * batch_size, (step + 1) * batch_size) % len(pairs.anchors)
        yield pairs.take(rows)


def _neighbours(
    block: Histories, window: int, hidden: NDArray[np.bool_], generator: np.random.Generator
) -> Pairs:
    """For each event but a history's last, one item among the next `window`."""
    anchors, positives = [], []
    for history in block.trains():
        items = _visible(history, hidden)
        starts = np.arange(max(len(items) - 1, 0))
        ahead = generator.integers(1, window + 1, len(starts))
        anchors.append(items[starts])
        positives.append(items[np.minimum(starts + ahead, len(items) - 1)])
    joined = Pairs(np.concatenate(anchors), np.concatenate(positives)) if anchors else Pairs(*_EMPTY)
    return joined.take(np.flatnonzero(joined.anchors != joined.positives))


_EMPTY = (np.zeros(0, np.int32), np.zeros(0, np.int32))


def _visible(history: History, hidden: NDArray[np.bool_]) -> NDArray[np.int32]:
    return history.items[~hidden[history.items]]
