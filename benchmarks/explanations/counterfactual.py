"""The swap test: evidence must change when what it rests on is taken away, and not otherwise.

`palate.explain` does not export it: it brings torch.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from palate.data.histories import History
from palate.explain.evidence.evidence import Evidence
from palate.explain.evidence.influence import latest
from palate.explain.evidence.reader import EvidenceReader


class Swap(NamedTuple):
    """What becomes of the evidence for one item when an item of the history goes."""

    before: Evidence
    without_top: Evidence
    """After the carrier with the greatest influence went."""
    without_other: Evidence | None
    """After an item went that carries nothing; None where every item of the history carries."""

    @property
    def changed(self) -> bool:
        """Whether a sentence names something else without the top carrier."""
        return _named(self.before) != _named(self.without_top)

    @property
    def stayed(self) -> bool | None:
        """Whether the top carrier is still the top one without an item that carries nothing."""
        other = self.without_other
        return (
            None if other is None else other.supporting_items[:1] != () and _top(other) == _top(self.before)
        )

    @property
    def fall(self) -> float:
        """By how much the relevance fell without the top carrier."""
        return _relevance(self.before) - _relevance(self.without_top)


def swap_test(reader: EvidenceReader, history: History, item: int) -> Swap | None:
    """Gather the evidence for a catalogue index three times; None where nothing of the history carries it."""
    before = _evidence(reader, history, item)
    if not before.supporting_items:
        return None
    supporting_items = {supporting_item.item for supporting_item in before.supporting_items}
    recent = latest(history).items.tolist()
    other = next((each for each in recent if each not in supporting_items), None)
    return Swap(
        before,
        _evidence(reader, without(history, before.supporting_items[0].item), item),
        None if other is None else _evidence(reader, without(history, other), item),
    )


def without(history: History, item: int) -> History:
    """The history had its owner never met the item."""
    return history.only(history.items != item)


def _evidence(reader: EvidenceReader, history: History, item: int) -> Evidence:
    return reader.evidence(history, np.array([item], np.int32))[0]


def _named(evidence: Evidence) -> list[int]:
    return [supporting_item.item for supporting_item in evidence.named]


def _top(evidence: Evidence) -> int:
    return evidence.supporting_items[0].item


def _relevance(evidence: Evidence) -> float:
    return sum(one.amount for one in evidence.contributions)
