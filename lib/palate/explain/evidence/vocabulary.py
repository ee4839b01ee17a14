"""Vocabulary: titles and categories of a catalogue as folded words, all sought in a sentence at once."""

from __future__ import annotations

import operator
import re
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass

import pyarrow as pa

from palate.config.rerank import ColumnsConfig
from palate.explain.english.category_names import CategoryLexicon, plural
from palate.explain.english.lexicon import ARTICLES, FUNCTION_WORDS
from palate.explain.text.tokens import Phrase, phrase_of
from palate.live.layered import JoinedMapping, JoinedSet
from palate.rank.filters.facts import item_categories
from palate.schema import TITLE

_BRACKETS = re.compile(r"\s*\((?P<inner>[^()]*)\)\s*$")
STEM, PIECE = 5, 2
"""Letters in which forms of one word agree at least, and those of a shortened word."""


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """What sentences about a catalogue may name; made once a release."""

    titles: Set[Phrase]
    """Whole titles."""
    title_forms: Set[Phrase]
    """Whole titles, and what people shorten them to."""
    category_forms: Mapping[Phrase, frozenset[str]]
    """The categories, in natural spelling, of which each phrase claims one."""
    category_words: Set[str]
    category_stems: Mapping[str, tuple[Phrase, ...]]
    """One-word forms by their first `STEM` letters, longer ones by their first `PIECE`."""
    lengths: Mapping[str, tuple[int, ...]]
    """Numbers of words of the phrases that begin with a word."""
    leads: Mapping[Phrase, frozenset[str]]
    """What may stand before a value, and the columns whose values may stand behind it."""
    nouns: Set[str]
    """What items are called, beside what the evidence says."""

    @classmethod
    def of(cls, catalogue: pa.Table, columns: ColumnsConfig, nouns: Iterable[str] = ()) -> Vocabulary:
        """Read a catalogue; its time and memory grow with the words of all titles."""
        titles = set(catalogue[TITLE].to_pylist())
        distinct = set(item_categories(catalogue, columns))
        lexicon = CategoryLexicon(columns.wording)
        names = {lexicon.natural(name) for categories_of_item in distinct for name in categories_of_item}
        categories = lexicon.forms(sorted(names))
        forms = frozenset(form for title in titles for form in title_forms(title))
        return cls(
            titles=frozenset(phrase_of(title) for title in titles),
            title_forms=forms,
            category_forms=categories,
            category_words=frozenset(word for phrase in categories for word in phrase),
            category_stems=_stems(categories),
            lengths=phrase_lengths([*forms, *categories]),
            leads=_leads(columns.leads),
            nouns=frozenset(
                word for noun in nouns for form in (noun, plural(noun)) for word in phrase_of(form)
            ),
        )

    def joined(self, other: Vocabulary) -> Vocabulary:
        """What either names; neither is copied."""
        return Vocabulary(
            titles=JoinedSet(self.titles, other.titles),
            title_forms=JoinedSet(self.title_forms, other.title_forms),
            category_forms=JoinedMapping(self.category_forms, other.category_forms, operator.or_),
            category_words=JoinedSet(self.category_words, other.category_words),
            category_stems=JoinedMapping(self.category_stems, other.category_stems, operator.add),
            lengths=JoinedMapping(self.lengths, other.lengths, operator.add),
            leads=self.leads,
            nouns=self.nouns,
        )

    def looks_ordinary(self, phrase: Phrase) -> bool:
        """Whether a title is one word, or nothing but words of grammar and categories."""
        telling = [word for word in phrase if word not in ARTICLES]
        return len(telling) < 2 or all(
            word in FUNCTION_WORDS or word in self.category_words for word in telling
        )


def title_forms(title: str) -> set[Phrase]:
    """The whole title; without what stands in brackets at its end; that alone; each without its article."""
    parts = [title]
    brackets = _BRACKETS.search(title)
    if brackets:
        parts.append(title[: brackets.start()])
        parts += [] if brackets["inner"].strip().isdecimal() else [brackets["inner"]]
    forms = {phrase_of(part) for part in parts}
    forms |= {form[1:] for form in forms if form[:1] and form[0] in ARTICLES}
    return forms - {()}


def _stems(categories: Iterable[Phrase]) -> dict[str, tuple[Phrase, ...]]:
    """Forms of categories by what other forms of them begin with."""
    stems: dict[str, list[Phrase]] = {}
    for phrase in categories:
        stems.setdefault(phrase[0][: STEM if len(phrase) == 1 else PIECE], []).append(phrase)
    return {stem: tuple(phrases) for stem, phrases in stems.items()}


def _leads(leads: Mapping[str, tuple[str, ...]]) -> dict[Phrase, frozenset[str]]:
    """The columns by each of the phrases that stand before their values."""
    columns: dict[Phrase, frozenset[str]] = {}
    for column, texts in leads.items():
        for text in texts:
            columns[phrase_of(text)] = columns.get(phrase_of(text), frozenset()) | {column}
    return columns


def phrase_lengths(phrases: Iterable[Phrase]) -> dict[str, tuple[int, ...]]:
    """Numbers of words of the phrases that begin with each word, longest first."""
    lengths: dict[str, set[int]] = {}
    for phrase in phrases:
        lengths.setdefault(phrase[0], set()).add(len(phrase))
    return {word: tuple(sorted(counts, reverse=True)) for word, counts in lengths.items()}
