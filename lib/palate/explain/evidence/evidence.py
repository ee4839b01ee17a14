"""What is known of why an item was recommended; nothing else may be said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from palate.data.histories import Feedback
from palate.explain.english.tokens import phrase_of
from palate.explain.evidence.descriptions import CATEGORY, Attribute, Description, Descriptions
from palate.explain.evidence.influence import Items, Scores
from palate.explain.evidence.sentiment import NOUN, EventReading, Sentiment

SUPPORTING_ITEMS = 5
"""History items that evidence holds at most."""
NAMED = 2
"""History items that a sentence names at most."""
DEFAULT_READING = EventReading()


class Contribution(NamedTuple):
    """What one source adds to the relevance: its weight times its score."""

    source: str
    amount: float


@dataclass(frozen=True)
class SupportingItem:
    """An item of the history without which the relevance would be lower."""

    item: int
    description: Description
    influence: float
    """By how much, in the unit of the relevance; positive."""
    sentiment: Sentiment
    verb: str
    """What the person did, in the past tense."""
    shared: tuple[Attribute, ...]
    """The attributes that the recommended item has too."""


@dataclass(frozen=True)
class Evidence:
    """Why an item was recommended."""

    recommended: Description
    supporting_items: tuple[SupportingItem, ...] = ()
    """By falling influence."""
    contributions: tuple[Contribution, ...] = ()
    """By falling amount."""
    popular: bool = False
    """Whether many people took the recommended item."""
    noun: str = NOUN
    """What an item is called, such as "film"."""

    @property
    def named(self) -> tuple[SupportingItem, ...]:
        """The carriers that a sentence names; what was disliked, or has no word as a title, is no reason."""
        speakable = (each for each in self.supporting_items if each.sentiment is not Sentiment.DISLIKED)
        return tuple(each for each in speakable if phrase_of(each.description.title))[:NAMED]

    @property
    def shared_categories(self) -> tuple[str, ...]:
        """Categories that the recommended item shares with every named carrier; none without carriers."""
        return shared_by_all(self.recommended.categories, self.named)


class RecommendedItem(NamedTuple):
    """A recommended item, as the ranking and the influences have it."""

    item: int
    influence: Scores
    """Influence of every event of the history on this item, float32 [events]."""
    contributions: tuple[Contribution, ...] = ()
    popular: bool = False


def build_evidence(
    recommended: RecommendedItem,
    history: Items,
    feedback: Sequence[Feedback],
    descriptions: Descriptions,
    reading: EventReading = DEFAULT_READING,
) -> Evidence:
    """The evidence for a recommended item; `history` (int32 [events]) and `feedback` are oldest first.

    Of an item that occurs again the event with the greatest influence counts, and the last event's sentiment.
    """
    strongest: dict[int, float] = {}
    rows = zip(history.tolist(), recommended.influence.tolist(), strict=True)
    for item, influence in rows:
        strongest[item] = max(influence, strongest.get(item, influence))
    last = dict(zip(history.tolist(), feedback, strict=True))
    description = descriptions.items[recommended.item]
    order = sorted(strongest, key=lambda item: (-strongest[item], item))[:SUPPORTING_ITEMS]
    supporting_items = [
        _supporting_item(item, strongest[item], reading, last[item], descriptions.items[item], description)
        for item in order
        if strongest[item] > 0
    ]
    return Evidence(
        description, tuple(supporting_items), recommended.contributions, recommended.popular, reading.noun
    )


def contributions_of(scores: Mapping[str, float], weights: Mapping[str, float]) -> tuple[Contribution, ...]:
    """What each source that has a weight adds to the relevance of an item, by falling amount."""
    amounts = [
        Contribution(source, weights[source] * score) for source, score in scores.items() if source in weights
    ]
    return tuple(sorted(amounts, key=lambda each: (-each.amount, each.source)))


def shared_by_all(categories: Sequence[str], supporting_items: Sequence[SupportingItem]) -> tuple[str, ...]:
    """Those of the recommended item's categories that all of these carriers have; none without carriers."""
    if not supporting_items:
        return ()
    return tuple(
        name
        for name in categories
        if all(Attribute(CATEGORY, name) in supporting_item.shared for supporting_item in supporting_items)
    )


def _supporting_item(
    item: int,
    influence: float,
    reading: EventReading,
    feedback: Feedback,
    description: Description,
    recommended: Description,
) -> SupportingItem:
    shared = tuple(each for each in recommended.attributes if each in description.attributes)
    sentiment, verb = reading.sentiment(feedback), reading.past_tense(feedback)
    return SupportingItem(item, description, influence, sentiment, verb, shared)
