"""Sentiment: what somebody thought of an item, as far as an event says it, and the verb for what they did."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from itertools import chain
from typing import NamedTuple

from palate.config.data import NegativeRule
from palate.config.explain import ExplainConfig
from palate.data.histories import Feedback


class Sentiment(StrEnum):
    """What may be said of somebody's opinion of an item."""

    LIKED = "liked"
    NEUTRAL = "neutral"
    DISLIKED = "disliked"


PAST_TENSES = {
    "buy": "bought",
    "order": "bought",
    "purchase": "bought",
    "listen": "listened to",
    "play": "played",
    "rate": "rated",
    "read": "read",
    "view": "viewed",
    "watch": "watched",
}
"""What somebody did, by the kind of the event."""


NOUN = "title"
"""What an item is called where nothing better is known."""


class EventReading(NamedTuple):
    """How the events of a data set are to be understood."""

    negative_kinds: frozenset[str] = frozenset({"dislike", "hide", "skip"})
    positive_kinds: frozenset[str] = frozenset({"like"})
    liked_from: float | None = None
    """The value, such as a rating, from which an item was liked; by default no value says so."""
    disliked_to: float | None = None
    """The value up to which an item was disliked; by default no value says so."""
    rated_kinds: frozenset[str] = frozenset(ExplainConfig().rated_kinds)
    """Kinds of events whose value is such a rating; the value of any other says nothing of an opinion."""
    verb: str = "took"
    """What is said of events of an unknown kind, such as "watched" where everything is a film."""
    noun: str = NOUN
    """What an item is called."""
    language: str = "en"
    """The language that is written in, a pack's name."""

    @classmethod
    def of(
        cls, config: ExplainConfig, negative: Sequence[NegativeRule], language: str = "en"
    ) -> EventReading:
        """As the configuration says; `negative` are the events that speak against their item.

        `language` is the one that the configuration or the catalogue wants, as `written_language` knows it.
        """
        kinds = (rule.kinds for rule in negative if rule.max_value is None)
        return cls(
            negative_kinds=frozenset(chain.from_iterable(kinds)),
            liked_from=config.liked_from,
            disliked_to=config.disliked_to,
            rated_kinds=frozenset(config.rated_kinds),
            verb=config.verb,
            noun=config.noun,
            language=language,
        )

    def sentiment(self, feedback: Feedback) -> Sentiment:
        """The kind decides; where it does not, the value of a rating; a neutral event where neither does."""
        if feedback.kind in self.negative_kinds:
            return Sentiment.DISLIKED
        if feedback.kind in self.positive_kinds:
            return Sentiment.LIKED
        if feedback.kind not in self.rated_kinds:
            return Sentiment.NEUTRAL
        if self.liked_from is not None and feedback.value >= self.liked_from:
            return Sentiment.LIKED
        disliked = self.disliked_to is not None and feedback.value <= self.disliked_to
        return Sentiment.DISLIKED if disliked else Sentiment.NEUTRAL

    def past_tense(self, feedback: Feedback) -> str:
        """What the person did, such as "watched"."""
        return PAST_TENSES.get(feedback.kind, self.verb)
