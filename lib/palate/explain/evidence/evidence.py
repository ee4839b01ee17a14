"""Evidence: what is known of why an item was recommended; nothing else may be said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, NamedTuple

from pydantic import AliasChoices, Field

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
STORED_NAME = "carriers"
"""What `supporting_items` are called in stored JSON, where names stay."""


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
    supporting_items: Annotated[
        tuple[SupportingItem, ...],
        Field(
            validation_alias=AliasChoices(STORED_NAME, "supporting_items"), serialization_alias=STORED_NAME
        ),
    ] = ()
    """By falling influence."""
    contributions: tuple[Contribution, ...] = ()
    """By falling amount."""
    popular: bool = False
    """Whether many people took the recommended item."""
    noun: str = NOUN
    """What an item is called, such as "film"."""

    @property
    def named(self) -> tuple[SupportingItem, ...]:
        """Those that a sentence names; what was disliked, or has no word as a title, is no reason."""
        speakable = (item for item in self.supporting_items if item.sentiment is not Sentiment.DISLIKED)
        return tuple(item for item in speakable if phrase_of(item.description.title))[:NAMED]

    @property
    def shared_categories(self) -> tuple[str, ...]:
        """Categories that the recommended item shares with all that are named; none where nothing is."""
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
    description = descriptions.items[recommended.item]
    last_feedback = dict(zip(history.tolist(), feedback, strict=True))
    supporting_items = tuple(
        _supporting_item(
            item=item,
            influence=influence,
            feedback=last_feedback[item],
            reading=reading,
            description=descriptions.items[item],
            recommended=description,
        )
        for item, influence in _most_influential(history, recommended.influence)
    )
    return Evidence(
        recommended=description,
        supporting_items=supporting_items,
        contributions=recommended.contributions,
        popular=recommended.popular,
        noun=reading.noun,
    )


def _most_influential(history: Items, influence: Scores) -> list[tuple[int, float]]:
    """The items of positive influence with it, by falling influence and rising index, `SUPPORTING_ITEMS`.

    `history` and `influence` are [events].
    """
    strongest: dict[int, float] = {}
    for item, amount in zip(history.tolist(), influence.tolist(), strict=True):
        strongest[item] = max(amount, strongest.get(item, amount))
    order = sorted(strongest, key=lambda item: (-strongest[item], item))[:SUPPORTING_ITEMS]
    return [(item, strongest[item]) for item in order if strongest[item] > 0]


def contributions_of(scores: Mapping[str, float], weights: Mapping[str, float]) -> tuple[Contribution, ...]:
    """What each source that has a weight adds to the relevance of an item, by falling amount."""
    amounts = [
        Contribution(source, weights[source] * score) for source, score in scores.items() if source in weights
    ]
    return tuple(sorted(amounts, key=lambda contribution: (-contribution.amount, contribution.source)))


def shared_by_all(categories: Sequence[str], supporting_items: Sequence[SupportingItem]) -> tuple[str, ...]:
    """Those of the recommended item's categories that all of these have; none without any of them."""
    if not supporting_items:
        return ()
    shared = set(supporting_items[0].shared).intersection(*(item.shared for item in supporting_items))
    return tuple(name for name in categories if Attribute(CATEGORY, name) in shared)


def _supporting_item(
    item: int,
    influence: float,
    feedback: Feedback,
    reading: EventReading,
    description: Description,
    recommended: Description,
) -> SupportingItem:
    shared = (attribute for attribute in recommended.attributes if attribute in description.attributes)
    return SupportingItem(
        item=item,
        description=description,
        influence=influence,
        sentiment=reading.sentiment(feedback),
        verb=reading.past_tense(feedback),
        shared=tuple(shared),
    )
