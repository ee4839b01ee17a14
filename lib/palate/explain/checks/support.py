"""Support: what evidence says of each item that it speaks of, as phrases that a sentence may hold."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from palate.explain.english.lexicon import FUNCTION_WORDS
from palate.explain.evidence.descriptions import CATEGORY, YEAR, Description
from palate.explain.evidence.evidence import Evidence, SupportingItem
from palate.explain.evidence.vocabulary import Vocabulary, phrase_lengths, title_forms
from palate.explain.text.prompt_guard import safe
from palate.explain.text.tokens import Phrase, phrase_of

_PARTS = re.compile(r"[,;/|]")
_SHORTEST_TAIL = 3


class Mention(NamedTuple):
    """What a supported title stands for; several items may have the same title."""

    descriptions: tuple[Description, ...] = ()
    supporting_items: tuple[SupportingItem, ...] = ()

    @property
    def years(self) -> tuple[str, ...]:
        """Years that may stand in brackets behind the title."""
        return tuple(description.year for description in self.descriptions if description.year)


class KnownValue(NamedTuple):
    """That an item has a value in a column."""

    description: Description
    column: str


class Support(NamedTuple):
    """Phrases that a sentence may hold."""

    titles: Mapping[Phrase, Mention]
    values: Mapping[Phrase, tuple[KnownValue, ...]]
    """By a value or a phrase of a text, whose it is; neither categories nor years."""
    columns: frozenset[str]
    """Words of the names of the columns with these values."""
    lengths: Mapping[str, tuple[int, ...]]
    """As in `Vocabulary`."""

    @classmethod
    def of(cls, evidence: Evidence, vocabulary: Vocabulary) -> Support:
        """Titles of the recommended and the supporting items, and what else may be said of each.

        A short form of a title that is the whole title of another item is not supported.
        """
        titles: dict[Phrase, Mention] = {}
        for description, item in _spoken_of(evidence):
            for form in _forms(description, vocabulary):
                before = titles.get(form, Mention())
                supporting = (*before.supporting_items, *([item] if item else []))
                titles[form] = Mention((*before.descriptions, description), supporting)
        values: dict[Phrase, tuple[KnownValue, ...]] = {}
        for description, _ in _spoken_of(evidence):
            for phrase, column in _values(description):
                values[phrase] = (*values.get(phrase, ()), KnownValue(description, column))
        columns = {word for known in values.values() for one in known for word in phrase_of(one.column)}
        return cls(titles, values, columns=frozenset(columns), lengths=phrase_lengths([*titles, *values]))


def _spoken_of(evidence: Evidence) -> Iterator[tuple[Description, SupportingItem | None]]:
    yield evidence.recommended, None
    yield from ((item.description, item) for item in evidence.supporting_items)


def _values(description: Description) -> Iterator[tuple[Phrase, str]]:
    """Whole values, parts of lists, phrases of texts, and what such a phrase ends in, such as "cream"."""
    found: dict[tuple[Phrase, str], None] = {}
    for attribute in description.attributes:
        if attribute.name not in {CATEGORY, YEAR}:
            for text in (attribute.value, safe(attribute.value), *_PARTS.split(attribute.value)):
                found[phrase_of(text), attribute.name] = None
    for fact in description.facts:
        phrase = phrase_of(fact.text)
        found[phrase, fact.column] = None
        tails = (phrase[start:] for start in range(1, len(phrase)) if not fact.lead)
        found |= {(tail, fact.column): None for tail in tails if _says_something(tail)}
    yield from (one for one in found if one[0])


def _says_something(tail: Phrase) -> bool:
    return tail[0] not in FUNCTION_WORDS and len(tail[0]) >= _SHORTEST_TAIL and tail[0].isalpha()


def _forms(description: Description, vocabulary: Vocabulary) -> set[Phrase]:
    whole = {phrase_of(description.title), phrase_of(safe(description.title))} - {()}
    forms = title_forms(description.title)
    return whole | {form for form in forms if form not in vocabulary.titles}
