"""Support: what evidence says, as phrases that a sentence may hold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from palate.explain.english.prompt_guard import safe
from palate.explain.english.tokens import Phrase, phrase_of
from palate.explain.evidence.descriptions import CATEGORY, YEAR, Description
from palate.explain.evidence.evidence import Evidence, SupportingItem
from palate.explain.evidence.vocabulary import Vocabulary, phrase_lengths, title_forms


class Mention(NamedTuple):
    """What a supported title stands for; several items may have the same title."""

    supporting_items: tuple[SupportingItem, ...] = ()
    years: tuple[str, ...] = ()


class Support(NamedTuple):
    """Phrases that a sentence may hold."""

    titles: Mapping[Phrase, Mention]
    values: frozenset[Phrase]
    """Attributes of the recommended item that are neither categories nor its year."""
    lengths: Mapping[str, tuple[int, ...]]
    """As in `Vocabulary`."""

    @classmethod
    def of(cls, evidence: Evidence, vocabulary: Vocabulary) -> Support:
        """Titles of the recommended and the supporting items, and what else may be said of the former.

        A short form of a title that is the whole title of another item is not supported.
        """
        titles: dict[Phrase, Mention] = {}
        for form in _forms(evidence.recommended, vocabulary):
            titles[form] = Mention((), _years(evidence.recommended))
        for supporting_item in evidence.supporting_items:
            for form in _forms(supporting_item.description, vocabulary):
                before = titles.get(form, Mention())
                years = (*before.years, *_years(supporting_item.description))
                titles[form] = Mention((*before.supporting_items, supporting_item), years)
        values = {
            phrase_of(attribute.value)
            for attribute in evidence.recommended.attributes
            if attribute.name not in {CATEGORY, YEAR}
        } - {()}
        return cls(titles, frozenset(values), phrase_lengths([*titles, *values]))


def _forms(description: Description, vocabulary: Vocabulary) -> set[Phrase]:
    whole = {phrase_of(description.title), phrase_of(safe(description.title))} - {()}
    forms = title_forms(description.title)
    return whole | {form for form in forms if form not in vocabulary.titles}


def _years(description: Description) -> tuple[str, ...]:
    return (description.year,) if description.year else ()
