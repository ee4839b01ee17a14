"""Descriptions: what may be said of an item, facts of its row in the catalogue, in natural spelling."""

from __future__ import annotations

import operator
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, combinations
from typing import NamedTuple

import pyarrow as pa

from palate.config.rerank import ColumnsConfig
from palate.errors import PalateError
from palate.explain.english.category_names import CategoryLexicon, CategoryWords, kind_of, plain_words
from palate.facts import FactSpan
from palate.live.layered import JoinedMapping, LayeredSequence
from palate.rank.filters.facts import item_categories
from palate.schema import TITLE

Combination = tuple[str, ...]
"""One category or two, in natural spelling and alphabetical order."""

CATEGORY, YEAR = "category", "year"
"""Names of the attributes that the configuration tells where to find."""

_DATE = re.compile(r"(?P<year>1\d{3}|20\d{2})(\.0*)?(-\d{2}(-\d{2}.*)?)?")
"""`1995`, `1995.0`, `1995-07` and `1995-07-01`; seconds since 1970 are no year."""


class Attribute(NamedTuple):
    """One fact of an item."""

    name: str
    value: str


class Description(NamedTuple):
    """Everything that may be said of an item."""

    title: str
    attributes: tuple[Attribute, ...] = ()
    words: tuple[CategoryWords, ...] = ()
    """The categories as words of a phrase."""
    facts: tuple[FactSpan, ...] = ()
    """Spans of the catalogue's own text; only items that are spoken of have them."""

    def kind(self, categories: Sequence[str], noun: str) -> str | None:
        """Some of the categories as one phrase, such as "romantic comedy"; None where they are none."""
        known = {words.name: words for words in self.words}
        return kind_of([known.get(name, plain_words(name)) for name in categories], noun)

    def moods(self, categories: Sequence[str]) -> tuple[str, ...]:
        """Adjectives that hold for an item with one of these categories."""
        return tuple(mood for words in self.words if words.name in categories for mood in words.moods)

    def written(self, category: str) -> str:
        """A category as configured, or as the catalogue writes it: not every language has small ones."""
        found = (words.written for words in self.words if words.name == category)
        return next(found, "") or category

    @property
    def categories(self) -> tuple[str, ...]:
        """In natural spelling, such as "science fiction"."""
        return self.values(CATEGORY)

    @property
    def combinations(self) -> list[Combination]:
        """Each category, and each two of them."""
        names = sorted(set(self.categories))
        return [chosen for size in (1, 2) for chosen in combinations(names, size)]

    @property
    def year(self) -> str:
        """Four digits; empty if unknown."""
        return next(iter(self.values(YEAR)), "")

    def values(self, name: str) -> tuple[str, ...]:
        """Values of the attributes with this name."""
        return tuple(attribute.value for attribute in self.attributes if attribute.name == name)


@dataclass(frozen=True)
class Descriptions:
    """Descriptions of all items, by catalogue index; made once a release."""

    items: Sequence[Description]
    counted: Mapping[Combination, int] | None = None
    """`category_counts`, if they are known already."""

    def with_changed(self, indices: Sequence[int], changed: Descriptions) -> Descriptions:
        """These with others in their place, or behind them.

        Categories are counted of what is behind them too, while those that were counted stay counted.
        """
        pairs = list(zip(indices, changed.items, strict=True))
        new = Descriptions(tuple(item for index, item in pairs if index >= len(self.items)))
        counts = JoinedMapping(self.category_counts, new.category_counts, operator.add)
        return Descriptions(LayeredSequence(self.items, dict(pairs)), counts)

    @cached_property
    def category_counts(self) -> Mapping[Combination, int]:
        """How many items have each category, and how many have each two of them.

        Time and memory grow with the square of the categories of an item.
        """
        if self.counted is not None:
            return self.counted
        return Counter(combination for item in self.items for combination in item.combinations)

    @classmethod
    def of(cls, catalogue: pa.Table, columns: ColumnsConfig, named: Sequence[str] = ()) -> Descriptions:
        """Read a catalogue; `named` are further columns whose values may be said, such as a director.

        `PalateError` if the catalogue lacks one of the columns.
        """
        lexicon = CategoryLexicon(columns.wording)
        years = [_year(text) for text in _column(catalogue, columns.date)]
        others = [_values(catalogue, name, columns.value_separator) for name in named]
        titles, further = catalogue[TITLE].to_pylist(), _joined([years, *others])
        rows = zip(titles, item_categories(catalogue, columns), further, strict=True)
        return cls(tuple(_description(title, names, lexicon, more) for title, names, more in rows))


def _description(
    title: str, names: frozenset[str], lexicon: CategoryLexicon, further: tuple[Attribute, ...]
) -> Description:
    """An item with its categories in alphabetical order of their natural spelling."""
    words = {lexicon.natural(name): lexicon.words(name) for name in sorted(names)}
    spelt = sorted(name for name in words if lexicon.is_sayable(name))
    categories = tuple(Attribute(CATEGORY, name) for name in spelt)
    return Description(title, (*categories, *further), words=tuple(words[name] for name in spelt))


def _year(text: str) -> tuple[Attribute, ...]:
    date = _DATE.fullmatch(text)
    return (Attribute(YEAR, date["year"]),) if date else ()


def _joined(columns: Sequence[Sequence[tuple[Attribute, ...]]]) -> list[tuple[Attribute, ...]]:
    """The attributes of each row out of all columns, at least one."""
    return [tuple(chain.from_iterable(row)) for row in zip(*columns, strict=True)]


def _values(catalogue: pa.Table, name: str, separator: str) -> list[tuple[Attribute, ...]]:
    texts = _column(catalogue, name)
    return [
        tuple(Attribute(name, value) for part in text.split(separator) if (value := part.strip()))
        for text in texts
    ]


def _column(catalogue: pa.Table, column: str | None) -> list[str]:
    if column is None:
        return [""] * catalogue.num_rows
    if column not in catalogue.column_names:
        raise PalateError(
            f"Explanations are to name the column {column!r}, but the catalogue has no such column; "
            f"it has: {', '.join(catalogue.column_names)}"
        )
    return ["" if value is None else " ".join(str(value).split()) for value in catalogue[column].to_pylist()]
