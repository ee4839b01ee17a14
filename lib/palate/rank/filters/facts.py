"""Item facts: what filters know of the catalogue."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from palate.config.rerank import ColumnsConfig
from palate.errors import PalateError
from palate.live.layered import LayeredArray
from palate.mapped.columns import TextColumn
from palate.rank.conditions import folded
from palate.rank.expressions import parse_expression
from palate.schema import TITLE

UNAVAILABLE = frozenset({"false", "no", "off", "0", ""})
"""What an item that cannot be had has in the column for it, case aside."""
DATE = "date"
"""What dates are called among the columns of numbers, whatever their column is called."""
ISO_DATE = len("1995-07-01")
GREATEST = float(np.finfo(np.float32).max)

T = TypeVar("T", bound=Hashable)
Facts = NDArray[Any] | LayeredArray
"""A fact of each item, looked up by an array of catalogue indices."""


@dataclass(frozen=True, eq=False)
class NameSets:
    """A set of names for each item, as a number and the different sets: far fewer than items."""

    codes: Facts
    """Index into `sets`, int32 [items]."""
    sets: Sequence[frozenset[str]]

    @classmethod
    def of(cls, names: Iterable[frozenset[str]]) -> NameSets:
        """Number the different sets."""
        codes, sets = _codes(names)
        return cls(codes, tuple(sets))

    def where(
        self, items: NDArray[np.int32], condition: Callable[[frozenset[str]], bool]
    ) -> NDArray[np.bool_]:
        """Which of the items, int32 [n], have names that fulfil a condition; it is asked once a set."""
        if len(items) >= len(self.sets):
            return np.array([condition(names) for names in self.sets], bool)[self.codes[items]]
        codes, positions = np.unique(self.codes[items], return_inverse=True)
        return np.array([condition(self.sets[code]) for code in codes.tolist()], bool)[positions]


@dataclass(frozen=True, eq=False)
class ItemFacts:
    """Facts of every item, by catalogue index; made once a release."""

    titles: Sequence[str]
    categories: Sequence[frozenset[str]]
    """Categories of each item, `folded`."""
    available: Facts
    """Whether the item can be had, bool [items]."""
    dates: Facts
    """In the unit of the catalogue's column, nan where unknown, float32 [items]."""
    vectors: Facts
    """Of unit length, float32 [items, width]."""
    other_numbers: Mapping[str, Facts] = field(default_factory=dict)
    """By its column, a number of each item, nan where unknown, float32 [items]."""
    values: Mapping[str, NameSets] = field(default_factory=dict)
    """By its column, the names of each item, `folded`."""
    title_codes: Facts = field(init=False, repr=False)
    """The same number for the same `folded` title, int32 [items]."""
    category_codes: Facts = field(init=False, repr=False)
    """Index into `category_sets`, int32 [items]."""
    category_sets: Sequence[frozenset[str]] = field(init=False, repr=False)
    """The different sets of categories: far fewer than items."""
    newest: float = field(init=False)
    """The greatest date, nan where there is none."""

    def __post_init__(self) -> None:
        """Derive the numbers that filters compare instead of names."""
        title_codes, _ = _codes(folded(title) for title in self.titles)
        category_codes, category_sets = _codes(self.categories)
        dates: NDArray[np.float32] = np.asarray(self.dates)
        dates = dates[np.isfinite(dates)]
        object.__setattr__(self, "title_codes", title_codes)
        object.__setattr__(self, "category_codes", category_codes)
        object.__setattr__(self, "category_sets", tuple(category_sets))
        object.__setattr__(self, "newest", float(dates.max()) if len(dates) else math.nan)

    @cached_property
    def unavailable(self) -> NDArray[np.bool_]:
        """Whether each item cannot be had, bool [items]."""
        return ~np.asarray(self.available)

    @cached_property
    def title_numbers(self) -> dict[str, int]:
        """The code of each title, `folded`."""
        return {folded(title): int(code) for title, code in zip(self.titles, self.title_codes, strict=True)}  # type: ignore[arg-type]

    @classmethod
    def of(cls, catalogue: pa.Table, columns: ColumnsConfig, vectors: NDArray[np.float32]) -> ItemFacts:
        """Read a catalogue; what has no column is unknown, and such an item is available.

        `PalateError` if the catalogue lacks a column that `columns` names.
        """
        return cls(
            titles=TextColumn(catalogue[TITLE]),
            categories=_each_once(
                item_categories(catalogue, columns), lambda names: frozenset(map(folded, names))
            ),
            available=_available(_texts(catalogue, "available", columns.available, default="true")),
            dates=np.array([_date(text) for text in _texts(catalogue, "date", columns.date)], np.float32),
            vectors=vectors,
            other_numbers={name: _numbers(catalogue, name) for name in columns.numbers},
            values={name: _values(catalogue, name, columns.value_separator) for name in columns.values},
        )

    def with_vectors(self, vectors: NDArray[np.float32]) -> ItemFacts:
        """The same facts, nothing of them copied, with vectors of the items, float32 [items, width]."""
        facts = copy(self)
        object.__setattr__(facts, "vectors", vectors)
        return facts

    @property
    def numbers(self) -> dict[str, Facts]:
        """What ranges may bound: by its column, the number of each item."""
        return {**self.other_numbers, DATE: self.dates}

    def matching(self, expression: str, items: NDArray[np.int32]) -> NDArray[np.bool_]:
        """Which of the items, int32 [n], have categories that match the expression; bool [n]."""
        sets = NameSets(self.category_codes, self.category_sets)
        return sets.where(items, parse_expression(expression).matches)


def item_categories(catalogue: pa.Table, columns: ColumnsConfig) -> tuple[frozenset[str], ...]:
    """Categories of each item as the catalogue writes them, but for white space; none without a column.

    `PalateError` if the catalogue lacks the column that `columns` names.
    """
    texts = _texts(catalogue, "category", columns.category)
    return _each_once(texts, lambda text: _names(text.split(columns.category_separator)))


def item_values(catalogue: pa.Table, column: str, separator: str) -> tuple[frozenset[str], ...]:
    """The names of each item in a column, as the catalogue writes them, but for white space."""
    texts = _texts(catalogue, "values", column)
    return _each_once(texts, lambda text: _names(text.split(separator)))


def _values(catalogue: pa.Table, column: str, separator: str) -> NameSets:
    names = item_values(catalogue, column, separator)
    return NameSets.of(_each_once(names, lambda each: frozenset(map(folded, each))))


def _numbers(catalogue: pa.Table, column: str) -> NDArray[np.float32]:
    return np.array([_date(text) for text in _texts(catalogue, "numbers", column)], np.float32)


def _names(parts: Iterable[str]) -> frozenset[str]:
    return frozenset(" ".join(part.split()) for part in parts) - {""}


def _texts(catalogue: pa.Table, setting: str, column: str | None, default: str = "") -> list[str]:
    if column is None:
        return [default] * catalogue.num_rows
    if column not in catalogue.column_names:
        raise PalateError(
            f"rerank.columns.{setting} is {column!r}, but the catalogue has no such column; "
            f"it has: {', '.join(catalogue.column_names)}"
        )
    return ["" if value is None else str(value).strip() for value in catalogue[column].to_pylist()]


def _each_once(values: Sequence[T], convert: Callable[[T], frozenset[str]]) -> tuple[frozenset[str], ...]:
    """The conversion of each value; equal values are converted once and share the result."""
    converted = {value: convert(value) for value in set(values)}
    return tuple(converted[value] for value in values)


def _available(texts: list[str]) -> NDArray[np.bool_]:
    return np.array([text.casefold() not in UNAVAILABLE for text in texts], bool)


def _date(text: str) -> float:
    """A number as it is, `1995-07-01` as its year and the share of it that is over, anything else as nan."""
    try:
        number = float(text)
    except ValueError:
        return _year(text)
    return number if abs(number) <= GREATEST else math.nan


def _year(text: str) -> float:
    try:
        day = date.fromisoformat(text[:ISO_DATE])
    except ValueError:
        return math.nan
    start = date(day.year, 1, 1)
    length = date(day.year, 12, 31).toordinal() - start.toordinal() + 1
    return day.year + (day - start).days / length


def _codes(values: Iterable[T]) -> tuple[NDArray[np.int32], list[T]]:
    """A number for each value, int32, equal for equal ones, and the value of each number."""
    numbers: dict[T, int] = {}
    codes = [numbers.setdefault(value, len(numbers)) for value in values]
    return np.array(codes, np.int32), list(numbers)
