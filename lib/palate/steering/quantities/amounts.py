"""Amounts: "100 minutes", "an hour and a half", "1990", "the 80s" and "March 2018" as numbers with a unit."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

from palate.rank.filters.facts import DATE
from palate.steering.phrases import PhrasePack
from palate.steering.tokens import RequestToken, phrase_of
from palate.steering.vocabulary import RequestVocabulary, Unit

FIRST_YEAR, LAST_YEAR = 1800, 2100
"""Whole numbers between them are years where nothing else is said."""
FIRST_DECADE = 30
"""A decade of two digits from this one on is of the last century."""

HYPHENS = ("-", "\u2010", "\u2011")

_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")
_YEAR = re.compile(r"[12]\d{3}")
_THOUSANDS = re.compile(r"[.,](?=\d{3}(?:\D|$))")


class Quantity(NamedTuple):
    """A number as it is said."""

    low: float
    high: float
    """Behind the last number that it may mean: a year ends before the next. Equal to `low` for an amount."""
    column: str
    """Its unit's column, `date` for a decade, empty where nothing says."""
    stop: int
    """Index of the token behind it."""
    factor: float = 1.0
    """What one of its unit is in the column's own."""

    @property
    def is_year(self) -> bool:
        """Whether it can only be a year or a decade, or may be one."""
        return self.column == DATE or (not self.column and self.high > self.low)


@dataclass(frozen=True)
class AmountReader:
    """Reads numbers with the words of one language and the units of one catalogue."""

    pack: PhrasePack
    vocabulary: RequestVocabulary

    def after_fillers(self, tokens: Sequence[RequestToken], start: int) -> int:
        """Behind words that say nothing, and behind the hyphen of "pre-1980"."""
        while start < len(tokens):
            found = self.pack.role_table.longest_at(tokens, start)
            number = self.pack.number_table.longest_at(tokens, start)
            is_number = number is not None and found is not None and number[1] > found[1]
            is_filler = found is not None and found[0] == "filler" and not is_number
            if not is_filler and tokens[start].text not in HYPHENS:
                break
            start = found[1] if found and is_filler else start + 1
        return start

    def quantity_at(self, tokens: Sequence[RequestToken], start: int) -> Quantity | None:
        """The number with its unit, or the year, whose words begin at a token."""
        before = self.vocabulary.units.longest_at(tokens, start)
        number = self._number_at(tokens, before[1] if before else start)
        if number is None:
            return None
        if behind := self.vocabulary.units.longest_at(tokens, number.stop):
            unit, stop = behind
            return self._with_smaller_unit(tokens, amount_of(number.low, unit, stop))
        if before:
            return amount_of(number.low, before[0], number.stop)
        # "One" or "half" of nothing is no amount: "in one of them".
        return None if number.low < 2 and not _DIGITS.fullmatch(tokens[start].text) else number

    def _with_smaller_unit(self, tokens: Sequence[RequestToken], large: Quantity) -> Quantity:
        """What stands behind a unit and belongs to it: "1 hour 30 minutes", "an hour and a half"."""
        if half := self.pack.half_table.longest_at(tokens, large.stop):
            total = large.low + large.factor / 2
            return large._replace(low=total, high=total, stop=half[1])
        joint = self.pack.joint_at(tokens, large.stop)
        number_at = joint[1] if joint and "and" in joint[0] else large.stop
        number = self._number_at(tokens, number_at)
        unit = self.vocabulary.units.longest_at(tokens, number.stop) if number else None
        if number is None or unit is None or unit[0].column != large.column:
            return large
        if unit[0].factor >= large.factor:
            return large
        total = large.low + number.low * unit[0].factor
        return large._replace(low=total, high=total, stop=unit[1])

    def _number_at(self, tokens: Sequence[RequestToken], start: int) -> Quantity | None:
        if decade := self.pack.decade_table.longest_at(tokens, start):
            (low, high), stop = decade
            return Quantity(low, high, DATE, stop)
        if dated := self._month_at(tokens, start):
            return dated
        if word := self.pack.number_table.longest_at(tokens, start):
            return self._with_half(tokens, Quantity(word[0], word[0], "", word[1]))
        if start >= len(tokens) or not _DIGITS.fullmatch(tokens[start].text):
            return None
        number = float(_plain(tokens[start].text))
        plain = self._with_half(tokens, _year_or_number(number, start + 1))
        return self._decade(tokens, start, number) or plain

    def _with_half(self, tokens: Sequence[RequestToken], number: Quantity) -> Quantity:
        half = self.pack.half_table.longest_at(tokens, number.stop)
        return number._replace(low=number.low + 0.5, high=number.high + 0.5, stop=half[1]) if half else number

    def _month_at(self, tokens: Sequence[RequestToken], start: int) -> Quantity | None:
        """A month of a year, "March 2018": in shares of the year, as dates are counted."""
        month = self.pack.month_table.longest_at(tokens, start)
        place = self.after_fillers(tokens, month[1]) if month else start
        if month is None or place >= len(tokens) or not _YEAR.fullmatch(tokens[place].text):
            return None
        year = int(tokens[place].text)
        first, behind = _days_of(month[0])
        return Quantity(year + first / 365, year + behind / 365, DATE, place + 1)

    def _decade(self, tokens: Sequence[RequestToken], start: int, number: float) -> Quantity | None:
        """Ten years: "90s", "1990s"."""
        for mark in self.pack.decade_marks:
            stop = start + 1 + len(phrase_of(mark))
            behind = tuple(token.text for token in tokens[start + 1 : stop])
            touches = bool(behind) and tokens[start + 1].start == tokens[start].end
            if behind == phrase_of(mark) and touches and number % 10 == 0:
                year = number if number >= 100 else number + (1900 if number >= FIRST_DECADE else 2000)
                return Quantity(year, year + 10, DATE, stop)
        return None


def amount_of(number: float, unit: Unit, stop: int) -> Quantity:
    """So many of a unit, in the unit of its column."""
    amount = number * unit.factor
    return Quantity(amount, amount, unit.column, stop, factor=unit.factor)


def _days_of(month: int) -> tuple[int, int]:
    """Days of a year before a month, and before the next."""
    before = list(accumulate((monthrange(2018, each)[1] for each in range(1, 13)), initial=0))
    return before[month - 1], before[month]


def _year_or_number(number: float, stop: int) -> Quantity:
    is_year = number.is_integer() and FIRST_YEAR <= number <= LAST_YEAR
    return Quantity(number, number + 1 if is_year else number, "", stop)


def _plain(text: str) -> str:
    """A number as Python writes it: `1,000` and `1.000` are a thousand, `19,99` is `19.99`."""
    return _THOUSANDS.sub("", text).replace(",", ".")
