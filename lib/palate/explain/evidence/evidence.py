"""Evidence: what is known of why an item was recommended; nothing else may be said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, NamedTuple

from pydantic import AliasChoices, Field

from palate.data.histories import Feedback
from palate.explain.evidence.descriptions import CATEGORY, Attribute, Description, Descriptions
from palate.explain.evidence.influence import Items
from palate.explain.evidence.sentiment import NOUN, EventReading, Sentiment
from palate.explain.text.tokens import phrase_of
from palate.stated.parts import FILTERS, Stated

SUPPORTING_ITEMS = 5
"""Reasons and others that evidence holds at most, of items and of what was said."""
NAMED = 3
"""History items that a sentence names at most."""
DEFAULT_READING = EventReading()
STORED_NAME = "carriers"
"""What `supporting_items` are called in stored JSON, where names stay."""


class WordInfluence(NamedTuple):
    """What a word of a text does for a recommended item."""

    word: str
    influence: float
    """As in `SupportingItem`."""


class Contribution(NamedTuple):
    """What one source adds to the relevance: its weight times its score."""

    source: str
    amount: float
    place_without: int | None = None
    """Place of the item in the list, from 1, had the source nothing to say; None where nobody looked."""


@dataclass(frozen=True)
class SupportingItem:
    """An item of the history without which the relevance would be lower."""

    item: int
    description: Description
    influence: float
    """By how much: what the logarithm of the item's score, against the last place of the list, loses."""
    sentiment: Sentiment
    verb: str
    """What the person did, in the past tense."""
    shared: tuple[Attribute, ...]
    """The attributes that the recommended item has too."""
    place_without: int | None = None
    """Place of the recommended item, from 1, without this one alone; None where nobody looked."""


class StatedReason(NamedTuple):
    """Something that the person said of their taste, without which the item would stand further down."""

    kind: str
    """As of `palate.stated.parts.Stated`: the kind of an event, such as `search`, or what else it is."""
    text: str
    influence: float
    """As in `SupportingItem`."""
    place_without: int | None = None
    """As in `SupportingItem`."""
    words: tuple[WordInfluence, ...] = ()
    """Of a text that draws the list: what each of its words does, by falling influence."""

    @property
    def stated(self) -> Stated:
        """What was said."""
        return Stated(self.kind, self.text)


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
    """The reasons: without all of them the recommended item stands at `place_without`; strongest first."""
    contributions: tuple[Contribution, ...] = ()
    """By falling amount."""
    popular: bool = False
    """Whether many people took the recommended item."""
    noun: str = NOUN
    """What an item is called, such as "film"."""
    place: int | None = None
    """Place of the recommended item in the list as it is served, from 1; None where no list may hold it."""
    place_without: int | None = None
    """Its place without all supporting items."""
    others: tuple[SupportingItem, ...] = ()
    """Further items of the history that speak for it, by falling influence; no reasons, and never named."""
    stated: tuple[StatedReason, ...] = ()
    """Reasons beside the supporting items: what the person said of their taste; strongest first."""
    other_stated: tuple[StatedReason, ...] = ()
    """Further things that they said and that speak for it, as `others`."""
    fidelity: float | None = None
    """Where influence is that of a linear model: how well it tells the lists that it was fitted to, R2."""
    language: str = "en"
    """The language that is written in, a pack's name."""

    @property
    def named(self) -> tuple[SupportingItem, ...]:
        """Those that a sentence names: all that have a word as a title, whatever was thought of them."""
        return tuple(item for item in self.supporting_items if phrase_of(item.description.title))[:NAMED]

    @property
    def named_stated(self) -> tuple[StatedReason, ...]:
        """What was said that a sentence names: all but texts without a word."""
        return tuple(one for one in self.stated if one.kind == FILTERS or phrase_of(one.text))

    @property
    def is_personal(self) -> bool:
        """Whether a sentence names a reason."""
        return bool(self.named or self.named_stated)

    def rests_on(self) -> frozenset[tuple[int, Sentiment, str] | Stated]:
        """What a text about it stands and falls with: the reasons, and what the person did and thought."""
        items = ((item.item, item.sentiment, item.verb) for item in self.supporting_items)
        return frozenset((*items, *(one.stated for one in self.stated)))

    @property
    def shared_categories(self) -> tuple[str, ...]:
        """Categories that the recommended item shares with all that are named; none where nothing is."""
        return shared_by_all(self.recommended.categories, self.named)


class ItemInfluence(NamedTuple):
    """What an item of the history does for a recommended one."""

    item: int
    influence: float
    place_without: int | None = None
    """As in `SupportingItem`."""


class RecommendedItem(NamedTuple):
    """A recommended item, as the ranking and what was left out of the history have it."""

    item: int
    reasons: tuple[ItemInfluence, ...] = ()
    others: tuple[ItemInfluence, ...] = ()
    stated: tuple[StatedReason, ...] = ()
    other_stated: tuple[StatedReason, ...] = ()
    fidelity: float | None = None
    place: int | None = None
    place_without: int | None = None
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

    Of an item that occurs again the last event says what was done and thought.
    """
    description = descriptions.items[recommended.item]
    last_feedback = dict(zip(history.tolist(), feedback, strict=True))

    def supporting(influences: Sequence[ItemInfluence]) -> tuple[SupportingItem, ...]:
        return tuple(
            _supporting_item(
                influence,
                feedback=last_feedback[influence.item],
                reading=reading,
                description=descriptions.items[influence.item],
                recommended=description,
            )
            for influence in influences
        )

    return Evidence(
        recommended=description,
        supporting_items=supporting(recommended.reasons),
        contributions=recommended.contributions,
        popular=recommended.popular,
        noun=reading.noun,
        language=reading.language,
        place=recommended.place,
        place_without=recommended.place_without,
        others=supporting(recommended.others),
        stated=recommended.stated,
        other_stated=recommended.other_stated,
        fidelity=recommended.fidelity,
    )


def contributions_of(
    scores: Mapping[str, float], weights: Mapping[str, float], places: Mapping[str, int | None]
) -> tuple[Contribution, ...]:
    """What each source that has a weight adds to the relevance of an item, by falling amount.

    `places` are those of the item in the list without each source.
    """
    amounts = [
        Contribution(source, weights[source] * score, places.get(source))
        for source, score in scores.items()
        if source in weights
    ]
    return tuple(sorted(amounts, key=lambda contribution: (-contribution.amount, contribution.source)))


def shared_by_all(categories: Sequence[str], supporting_items: Sequence[SupportingItem]) -> tuple[str, ...]:
    """Those of the recommended item's categories that all of these have; none without any of them."""
    if not supporting_items:
        return ()
    shared = set(supporting_items[0].shared).intersection(*(item.shared for item in supporting_items))
    return tuple(name for name in categories if Attribute(CATEGORY, name) in shared)


def _supporting_item(
    influence: ItemInfluence,
    feedback: Feedback,
    reading: EventReading,
    description: Description,
    recommended: Description,
) -> SupportingItem:
    shared = (attribute for attribute in recommended.attributes if attribute in description.attributes)
    return SupportingItem(
        item=influence.item,
        description=description,
        influence=influence.influence,
        sentiment=reading.sentiment(feedback),
        verb=reading.past_tense(feedback),
        shared=tuple(shared),
        place_without=influence.place_without,
    )
