"""Interests: combinations of categories that somebody likes more often than the catalogue holds them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from palate.data.histories import History
from palate.explain.evidence.descriptions import CATEGORY, Attribute, Combination, Description, Descriptions
from palate.explain.evidence.evidence import SUPPORTING_ITEMS, Evidence, SupportingItem
from palate.explain.evidence.sentiment import EventReading
from palate.explain.text.tokens import phrase_of
from palate.profile.log_likelihood import most_significant
from palate.profile.support import HistoryItem, significant_items, supporters

MOST = 5
"""Interests of a profile."""
EXAMPLES = 2
"""Items of the history that a line names at most."""


class Interest(NamedTuple):
    """Categories that somebody likes more often than the catalogue holds them."""

    id: str
    """The categories as a slug, such as `science-fiction+thriller`: the same whenever it is found."""
    categories: Combination
    """One or two, in natural spelling and alphabetical order."""
    share: float
    """Of the liked items, or of those taken where none was liked, that have all the categories; above 0."""
    evidence: Evidence
    """The categories as what is recommended, and items that have them all; the influence of each is its
    part in the share."""


def interests_of(
    history: History, descriptions: Descriptions, reading: EventReading, most: int = MOST
) -> list[Interest]:
    """At most `most` interests, the most telling first; none where too little is known.

    What was disliked never counts, and where anything was liked only that does. Which combinations are
    interests, and in which order, is a matter of the log-likelihood ratio in `palate.profile.log_likelihood`.
    """
    taken = significant_items(history.items.tolist(), history.feedback, descriptions, reading)
    supporting = supporters(taken)
    own_items = {names: _items_of(items) for names, items in supporting.items()}
    telling = most_significant(own_items, len(taken), descriptions.category_counts, len(descriptions.items))
    # Names that differ in nothing but signs are one to whoever checks sentences, and to addresses.
    chosen = {slug(names): names for names in reversed(telling)}
    order = sorted(chosen, key=lambda id_: telling.index(chosen[id_]))
    return [
        _interest(id_, names=chosen[id_], taken=supporting[chosen[id_]], total=len(taken), reading=reading)
        for id_ in order[:most]
    ]


def slug(categories: Sequence[str]) -> str:
    """The categories as a name that can stand in addresses: `science-fiction+thriller`."""
    return "+".join("-".join(phrase_of(name.replace("'", ""))) for name in categories)


def _items_of(history_items: Sequence[HistoryItem]) -> set[int]:
    return {history_item.item for history_item in history_items}


def _interest(
    id_: str, names: Combination, taken: Sequence[HistoryItem], total: int, reading: EventReading
) -> Interest:
    attributes = tuple(Attribute(CATEGORY, name) for name in names)
    supporting_items = tuple(
        SupportingItem(
            each.item,
            description=each.description,
            influence=1 / total,
            sentiment=each.sentiment,
            verb=each.verb,
            shared=attributes,
        )
        for each in taken[:SUPPORTING_ITEMS]
    )
    words = tuple(words for words in taken[0].description.words if words.name in names)
    evidence = Evidence(
        Description("", attributes, words), supporting_items, noun=reading.noun, language=reading.language
    )
    return Interest(id_, names, len(taken) / total, evidence)
