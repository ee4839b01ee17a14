"""Support: what of a history speaks for somebody's taste, and for which combinations of categories."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from palate.data.histories import Feedback
from palate.explain.evidence.descriptions import Combination, Description, Descriptions
from palate.explain.evidence.sentiment import EventReading, Sentiment

LONGEST_NAME = 60
"""Characters of a category at most; no line could name a longer one."""


class HistoryItem(NamedTuple):
    """An item of a history, as the last event about it says."""

    item: int
    description: Description
    sentiment: Sentiment
    verb: str


def significant_items(
    items: Sequence[int], feedback: Sequence[Feedback], descriptions: Descriptions, reading: EventReading
) -> list[HistoryItem]:
    """Each item that was liked, or that was taken where none was liked; the latest first.

    Items and feedback are oldest first; of several events of an item the last one counts.
    """
    last: dict[int, Feedback] = {}
    for item, latest in zip(reversed(items), reversed(feedback), strict=True):
        last.setdefault(item, latest)
    taken = [
        HistoryItem(item, descriptions.items[item], reading.sentiment(latest), reading.past_tense(latest))
        for item, latest in last.items()
    ]
    liked = [item for item in taken if item.sentiment is Sentiment.LIKED]
    return liked or [item for item in taken if item.sentiment is Sentiment.NEUTRAL]


def supporters(taken: Iterable[HistoryItem]) -> dict[Combination, list[HistoryItem]]:
    """The items that have each category, and each two of them, in the order of `taken`."""
    supporting: dict[Combination, list[HistoryItem]] = defaultdict(list)
    for history_item in taken:
        for names in history_item.description.combinations:
            if all(len(name) <= LONGEST_NAME for name in names):
                supporting[names].append(history_item)
    return dict(supporting)
