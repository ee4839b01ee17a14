"""RequestVocabulary: the names that a request may mean, learned from one release's catalogue."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from palate.config import ColumnsConfig, SteeringConfig
from palate.config.rerank import NumberColumn
from palate.rank.conditions import folded
from palate.rank.filters.facts import DATE, ItemFacts, NameSets, item_categories, item_values
from palate.schema import TITLE
from palate.steering.names.co_occurrence import CoOccurrence
from palate.steering.names.spelling import NameSpelling
from palate.steering.names.titles import TitleArrays, TitleTable, title_articles
from palate.steering.phrases import PhrasePack
from palate.steering.tokens import Phrase, PhraseTable, phrase_of
from palate.words import fold

T = TypeVar("T", bound=Hashable)


@dataclass(frozen=True)
class Value:
    """A value of a column."""

    column: str
    name: str


@dataclass(frozen=True)
class Unit:
    """A word that counts in a column of numbers."""

    column: str
    factor: float
    """What one of it is in the column's own unit."""


@dataclass(frozen=True)
class Comparative:
    """A word that compares by a column of numbers."""

    column: str
    rising: bool
    """Whether it means a greater number."""


@dataclass(frozen=True)
class RequestVocabulary:
    """Names of a catalogue in the forms of one language."""

    categories: PhraseTable[tuple[str, ...]]
    """By each form of a category's name, the category as the catalogue writes it."""
    negated_categories: PhraseTable[tuple[str, ...]]
    """The same by forms that say that it is not wanted, such as "horrorfrei"."""
    nouns: PhraseTable[None]
    """What items are called, which says nothing: "film"."""
    values: PhraseTable[tuple[Value, ...]]
    """By a value's whole name."""
    last_names: PhraseTable[tuple[Value, ...]]
    """By the last word of a value, or by it less its article: enough behind "by" or before a noun."""
    titles: TitleTable
    """By a title, the catalogue indices of the items that bear it."""
    units: PhraseTable[Unit]
    column_names: PhraseTable[str]
    """By what a column of numbers is called, itself."""
    comparatives: PhraseTable[Comparative]
    value_leads: PhraseTable[str]
    """By what stands before a value of a column, such as "directed by", the column."""
    spelling: NameSpelling
    """Of the words of all these names."""
    numbers: Mapping[str, NDArray[np.float32]]
    """By its column, the number of each item, nan where unknown; dates among them."""

    value_sets: Mapping[str, NameSets]
    """By its column, the folded names of each item."""
    together: Mapping[str, CoOccurrence]
    """By its column, which names items have together; of categories by the empty text."""

    def has(self, item: int, value: Value) -> bool:
        """Whether an item has a value in its column."""
        name = folded(value.name)
        return bool(
            self.value_sets[value.column].where(np.array([item], np.int32), lambda each: name in each)[0]
        )

    def exclude_each_other(self, column: str, names: Sequence[str]) -> bool:
        """Whether no item has all of these names in a column, or as categories if no column is said."""
        return not self.together[column].has_together(frozenset(map(folded, names)))

    @cached_property
    def dated(self) -> bool:
        """Whether dates are years, so that "before 1990" can be kept to."""
        dates = self.numbers.get(DATE)
        known = dates[np.isfinite(dates)] if dates is not None else np.zeros(0)
        return len(known) > 0 and bool(1000 <= np.median(known) <= 3000)


class CatalogueNames:
    """What is learned from a catalogue once for all languages."""

    def __init__(
        self,
        catalogue: pa.Table,
        columns: ColumnsConfig,
        facts: ItemFacts,
        settings: SteeringConfig,
        titles: TitleArrays | None = None,
    ) -> None:
        """Take the catalogue, what its columns mean, and further words for its items and categories.

        `titles` are those of the catalogue with the articles of the settings' languages, if they are made.
        """
        self._columns = columns
        self._facts, self._nouns = facts, settings.nouns
        categories = frozenset[str]().union(*set(item_categories(catalogue, columns)))
        self._names = _category_names(sorted(categories), settings.synonyms)
        values = [
            Value(column, name)
            for column in columns.values
            for name in sorted(_spelt(catalogue, column, columns.value_separator))
        ]
        articles = title_articles(settings.languages)
        if titles is None:
            titles = TitleArrays.of(catalogue[TITLE].to_pylist(), articles)
        self._value_leads = PhraseTable(dict(_value_leads(columns)))
        self._whole_values = PhraseTable(_grouped(_whole_names(values)))
        self._short_values = PhraseTable(_grouped(_short_names(values, articles)))
        self._titles = TitleTable(titles)
        self._name_words = self._whole_values.words, self._titles.words
        self._together = {column: CoOccurrence(names.sets) for column, names in facts.values.items()}
        self._together[""] = CoOccurrence(facts.category_sets)

    def in_language(self, pack: PhrasePack) -> RequestVocabulary:
        """The names in the forms of a language."""
        numbers = self._columns.numbers
        categories = PhraseTable(_grouped(_formed(self._names, self._with_nouns(pack))))
        nouns = PhraseTable(
            {phrase_of(form): None for noun in self._said_of_items() for form in pack.forms(noun)}
        )
        return RequestVocabulary(
            categories=categories,
            negated_categories=PhraseTable(
                _grouped(_formed(self._names, lambda word: (word + end for end in pack.negative_endings)))
            ),
            nouns=nouns,
            values=self._whole_values,
            last_names=self._short_values,
            titles=self._titles,
            units=PhraseTable(dict(_units(numbers))),
            column_names=PhraseTable({phrase_of(_spaced(name)): name for name in numbers}),
            value_leads=self._value_leads,
            comparatives=PhraseTable(dict(_comparatives(numbers, pack))),
            value_sets=self._facts.values,
            together=self._together,
            spelling=NameSpelling(
                (categories.words, *self._name_words), nouns.words | pack.words, pack.owning_endings
            ),
            numbers={name: np.asarray(rows) for name, rows in self._facts.numbers.items()},
        )

    def _said_of_items(self) -> Iterator[str]:
        """What items, and the columns of their names, are called."""
        yield from self._nouns
        yield from map(_spaced, self._columns.values)

    def _with_nouns(self, pack: PhrasePack) -> Callable[[str], Iterator[str]]:
        """A word in its forms, and with what items are called written behind it: "Horrorfilm"."""
        endings = [form for noun in self._nouns for form in pack.forms(fold(noun))]

        def forms(word: str) -> Iterator[str]:
            for form in pack.forms(word):
                yield form
                yield from (form + ending for ending in endings if len(word) > 1)

        return forms


def _category_names(categories: Iterable[str], synonyms: Mapping[str, str]) -> list[tuple[Phrase, str]]:
    """Each category by its own name, by its parts' ("Children's" and "Childrens"), and by its synonyms."""
    own = {name.casefold(): name for name in categories}
    said = [(name, name) for name in own.values()]
    said += [(word, own[name.casefold()]) for word, name in synonyms.items() if name.casefold() in own]
    return [(phrase, name) for word, name in said for phrase in {phrase_of(word), _without_spaces(word)}]


def _spelt(catalogue: pa.Table, column: str, separator: str) -> frozenset[str]:
    return frozenset[str]().union(*set(item_values(catalogue, column, separator)))


def _without_spaces(name: str) -> Phrase:
    """`scifi` for `Sci-Fi`."""
    return ("".join(phrase_of(name)),)


def _formed(
    names: Sequence[tuple[Phrase, str]], forms: Callable[[str], Iterator[str]]
) -> Iterator[tuple[Phrase, str]]:
    for phrase, name in names:
        yield from (((*phrase[:-1], form), name) for form in forms(phrase[-1]) if form)


def _spaced(column: str) -> str:
    return column.replace("_", " ")


def _whole_names(values: Sequence[Value]) -> Iterator[tuple[Phrase, Value]]:
    """Each value by its name, and without apostrophes."""
    for value in values:
        phrase = phrase_of(value.name)
        yield phrase, value
        yield tuple(word.replace("'", "") for word in phrase), value


def _short_names(values: Sequence[Value], articles: Set[Phrase]) -> Iterator[tuple[Phrase, Value]]:
    """Each value of several words by its last one, and by all but its article."""
    for value in values:
        phrase = phrase_of(value.name)
        if len(phrase) > 1:
            yield phrase[-1:], value
        if len(phrase) > 2 and phrase[:1] in articles:
            yield phrase[1:], value


def _value_leads(columns: ColumnsConfig) -> Iterator[tuple[Phrase, str]]:
    for column in columns.values:
        yield from ((phrase_of(text), column) for text in columns.leads.get(column, ()))


def _units(numbers: Mapping[str, NumberColumn]) -> Iterator[tuple[Phrase, Unit]]:
    for column, settings in numbers.items():
        yield from ((phrase_of(word), Unit(column, factor)) for word, factor in settings.units.items())


def _comparatives(
    numbers: Mapping[str, NumberColumn], pack: PhrasePack
) -> Iterator[tuple[Phrase, Comparative]]:
    yield from ((phrase_of(word), Comparative(DATE, False)) for word in pack.older)
    yield from ((phrase_of(word), Comparative(DATE, True)) for word in pack.newer)
    for column, settings in numbers.items():
        for word, rising in [(word, False) for word in settings.less] + [
            (word, True) for word in settings.more
        ]:
            endings = ("", *pack.comparative_endings)
            yield from ((phrase_of(word + ending), Comparative(column, rising)) for ending in endings)


def _grouped(pairs: Iterable[tuple[Phrase, T]]) -> dict[Phrase, tuple[T, ...]]:
    grouped: defaultdict[Phrase, dict[T, None]] = defaultdict(dict)
    for phrase, meaning in pairs:
        grouped[phrase][meaning] = None
    return {phrase: tuple(meanings) for phrase, meanings in grouped.items()}
