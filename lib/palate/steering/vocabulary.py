"""RequestVocabulary: the names that a request may mean, learned from one release's catalogue."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from palate.config import ColumnsConfig, SteeringConfig
from palate.config.rerank import NumberColumn
from palate.rank.filters.facts import DATE, ItemFacts, item_categories, item_values
from palate.schema import TITLE
from palate.steering.phrases import PhrasePack
from palate.steering.tokens import Phrase, PhraseTable, phrase_of
from palate.words import fold

T = TypeVar("T", bound=Hashable)

LONGEST_TITLE = 12
"""Tokens of the longest title that is recognised in a request."""

_AFTER_COMMA = re.compile(r"^(?P<title>.+), (?P<article>[^\s,]{1,4})$")
_IN_PARENTHESES = re.compile(r"\s*\([^()]*\)\s*$")


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
    """By the last word of a value, which stands for it behind "by" alone."""
    titles: PhraseTable[tuple[int, ...]]
    """By a title, the catalogue indices of the items that bear it."""
    units: PhraseTable[Unit]
    comparatives: PhraseTable[Comparative]
    numbers: Mapping[str, NDArray[np.float32]]
    """By its column, the number of each item, nan where unknown; dates among them."""

    @property
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
    ) -> None:
        """Take the catalogue, what its columns mean, and further words for its items and categories."""
        self._columns = columns
        self._facts, self._nouns = facts, settings.nouns
        categories = frozenset[str]().union(*set(item_categories(catalogue, columns)))
        self._names = _category_names(sorted(categories), settings.synonyms)
        self._values = [
            Value(column, name)
            for column in columns.values
            for name in sorted(_spelt(catalogue, column, columns.value_separator))
        ]
        self._titles = PhraseTable(_titles(catalogue[TITLE].to_pylist()))

    def in_language(self, pack: PhrasePack) -> RequestVocabulary:
        """The names in the forms of a language."""
        numbers = self._columns.numbers
        return RequestVocabulary(
            categories=PhraseTable(_grouped(_formed(self._names, self._with_nouns(pack)))),
            negated_categories=PhraseTable(
                _grouped(_formed(self._names, lambda word: (word + end for end in pack.negative_endings)))
            ),
            nouns=PhraseTable({phrase_of(form): None for noun in self._nouns for form in pack.forms(noun)}),
            values=PhraseTable(_grouped((phrase_of(value.name), value) for value in self._values)),
            last_names=PhraseTable(_grouped(_last_names(self._values))),
            titles=self._titles,
            units=PhraseTable(dict(_units(numbers))),
            comparatives=PhraseTable(dict(_comparatives(numbers, pack))),
            numbers={name: np.asarray(rows) for name, rows in self._facts.numbers.items()},
        )

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


def _last_names(values: Sequence[Value]) -> Iterator[tuple[Phrase, Value]]:
    for value in values:
        phrase = phrase_of(value.name)
        if len(phrase) > 1:
            yield phrase[-1:], value


def _titles(titles: Sequence[str]) -> dict[Phrase, tuple[int, ...]]:
    forms = ((phrase_of(form), item) for item, title in enumerate(titles) for form in _title_forms(title))
    return _grouped((phrase, item) for phrase, item in forms if len(phrase) <= LONGEST_TITLE)


def _title_forms(title: str) -> set[str]:
    """A title as it is, without what stands in parentheses behind it, and with its article in front."""
    short = _IN_PARENTHESES.sub("", title)
    moved = _AFTER_COMMA.match(short)
    return {title, short} | ({f"{moved['article']} {moved['title']}"} if moved else set())


def _units(numbers: Mapping[str, NumberColumn]) -> Iterator[tuple[Phrase, Unit]]:
    for column, settings in numbers.items():
        yield from ((phrase_of(word), Unit(column, factor)) for word, factor in settings.units.items())


def _comparatives(
    numbers: Mapping[str, NumberColumn], pack: PhrasePack
) -> Iterator[tuple[Phrase, Comparative]]:
    yield from ((phrase_of(word), Comparative(DATE, False)) for word in pack.older)
    yield from ((phrase_of(word), Comparative(DATE, True)) for word in pack.newer)
    for column, settings in numbers.items():
        yield from ((phrase_of(word), Comparative(column, False)) for word in settings.less)
        yield from ((phrase_of(word), Comparative(column, True)) for word in settings.more)


def _grouped(pairs: Iterable[tuple[Phrase, T]]) -> dict[Phrase, tuple[T, ...]]:
    grouped: defaultdict[Phrase, dict[T, None]] = defaultdict(dict)
    for phrase, meaning in pairs:
        grouped[phrase][meaning] = None
    return {phrase: tuple(meanings) for phrase, meanings in grouped.items()}
