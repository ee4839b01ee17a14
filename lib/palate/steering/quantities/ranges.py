"""Ranges: "before 1990", "under 100 minutes", "from the 80s", "20 to 30 euros" as ranges of numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from palate.rank.filters.facts import DATE
from palate.rank.rules import NumberRange
from palate.steering.phrases import Comparison, Joint, PhrasePack
from palate.steering.quantities.amounts import FIRST_YEAR, LAST_YEAR, AmountReader, Quantity, amount_of
from palate.steering.tokens import RequestToken
from palate.steering.vocabulary import Comparative, RequestVocabulary, Unit

BOUNDS = ("below", "at_most", "above", "at_least")
"""Comparisons that need no other one."""


class RangeMention(NamedTuple):
    """A range that the request names."""

    range: NumberRange
    stop: int
    """Index of the token behind it."""


@dataclass(frozen=True)
class QuantityReader:
    """Reads ranges with the words of one language and the units of one catalogue."""

    pack: PhrasePack
    vocabulary: RequestVocabulary

    @cached_property
    def amounts(self) -> AmountReader:
        """Reads the numbers that ranges are made of."""
        return AmountReader(self.pack, self.vocabulary)

    def range_at(self, tokens: Sequence[RequestToken], first: int) -> RangeMention | None:
        """The range whose words begin at a token."""
        if named := self.vocabulary.column_names.longest_at(tokens, first):
            return self._of_named_column(tokens, named[0], self.amounts.after_fillers(tokens, named[1]))
        comparison, column, start = self._comparison_at(tokens, first)
        quantity = self.amounts.quantity_at(tokens, start)
        if quantity is None:
            return None
        if ended := self._between(tokens, comparison, quantity):
            return ended
        if compared := self._compared_behind(tokens, first, quantity):
            return compared
        behind, stop = self._behind(tokens, quantity.stop)
        if comparison in BOUNDS and behind:  # in "over 30 and under 90" the second is of the next number
            behind, stop = None, quantity.stop
        comparison = behind or comparison
        if not (column or quantity.column or quantity.is_year) and (unit := self._unit_ahead(tokens, stop)):
            quantity = amount_of(quantity.low, unit, quantity.stop)
        column = column or self._column(quantity)
        is_said = comparison is not None or (quantity.is_year and self._may_stand_alone(quantity))
        return self._mention(quantity, comparison or "within", column, stop) if is_said else None

    def _of_named_column(
        self, tokens: Sequence[RequestToken], column: str, start: int
    ) -> RangeMention | None:
        """A number that is compared behind the name of its column: "price at most 20"."""
        comparison, of, start = self._comparison_at(tokens, start)
        quantity = self.amounts.quantity_at(tokens, start)
        if quantity is None or of or quantity.column not in ("", column):
            return None
        quantity = quantity._replace(high=quantity.low, column=column)
        if ended := self._between(tokens, comparison, quantity):
            return ended
        behind, stop = self._behind(tokens, quantity.stop)
        way = behind or comparison
        return self._mention(quantity, way, column, stop) if way else None

    def _compared_behind(
        self, tokens: Sequence[RequestToken], first: int, quantity: Quantity
    ) -> RangeMention | None:
        """The comparing word behind the number, as in Chinese: than, number, cheaper."""
        compared = self.vocabulary.comparatives.longest_at(tokens, quantity.stop)
        if compared is None or not self.pack.lead_tables["than"].longest_at(tokens, first):
            return None
        way: Comparison = "above" if compared[0].rising else "below"
        return self._mention(quantity, way, compared[0].column, compared[1])

    def _behind(self, tokens: Sequence[RequestToken], start: int) -> tuple[Comparison | None, int]:
        """What the words behind a number compare, and the index behind them; "within" says nothing new."""
        comparison: Comparison | None = None
        while found := self.pack.after_table.longest_at(tokens, start):
            comparison = found[0] if found[0] != "within" else comparison
            start = found[1]
        return comparison, start

    def _comparison_at(
        self, tokens: Sequence[RequestToken], first: int
    ) -> tuple[Comparison | None, str, int]:
        """What is compared how by the words at a token, and where the number has to begin."""
        found = self.pack.comparison_table.longest_at(tokens, first)
        compared = self.comparative_at(tokens, first)
        if compared and (found is None or compared[1] > found[1]):
            comparative, stop = compared
            way: Comparison = "above" if comparative.rising else "below"
            return way, comparative.column, self.amounts.after_fillers(tokens, stop)
        if found:
            return found[0], "", self.amounts.after_fillers(tokens, found[1])
        than = self.pack.lead_tables["than"].longest_at(tokens, first)
        return None, "", than[1] if than else first

    def comparative_at(self, tokens: Sequence[RequestToken], first: int) -> tuple[Comparative, int] | None:
        """A word that compares by a column, with "than" behind it, and the index behind both."""
        found = self.vocabulary.comparatives.longest_at(tokens, first)
        than = self.pack.lead_tables["than"].longest_at(tokens, found[1]) if found else None
        return (found[0], than[1]) if found and than else None

    def _between(
        self, tokens: Sequence[RequestToken], comparison: Comparison | None, low: Quantity
    ) -> RangeMention | None:
        """From one number to another, after "between", "from" or nothing; "the 60s or 70s" too."""
        if comparison not in ("between", "from", "within", "at_least", None) or low.stop >= len(tokens):
            return None
        place = self._after_year_word(tokens, low.stop)
        joint = self.pack.joint_at(tokens, place)
        if joint is None:
            return None
        high = self.amounts.quantity_at(tokens, self.amounts.after_fillers(tokens, joint[1]))
        if high is None:
            return None
        low, high = _of_one_kind(low, high)
        if (
            high.low < low.low
            or low.is_year != high.is_year
            or not self._joins(joint[0], comparison, low, high)
        ):
            return None
        column = self._column(high) or self._column(low)
        end = {"below": high.high} if high.is_year else {"max": high.low}
        return _range_mention(column, {"min": low.low, **end}, self._after_year_word(tokens, high.stop))

    def _after_year_word(self, tokens: Sequence[RequestToken], start: int) -> int:
        """Behind a word that only says that the number is a year, as in Chinese."""
        found = self.pack.after_table.longest_at(tokens, start)
        return found[1] if found and found[0] == "within" else start

    @staticmethod
    def _joins(joint: frozenset[Joint], comparison: Comparison | None, low: Quantity, high: Quantity) -> bool:
        """Whether a word makes a range of two numbers: "and" does after "between" and between near years."""
        if not joint.isdisjoint(("and", "or")) and comparison != "between":
            return low.is_year and high.low <= low.high
        return "to" in joint

    def _mention(
        self, quantity: Quantity, comparison: Comparison, column: str, stop: int
    ) -> RangeMention | None:
        bounds = _year_bounds if quantity.is_year and column == DATE else _amount_bounds
        return _range_mention(column, bounds(quantity, comparison), stop)

    @staticmethod
    def _may_stand_alone(quantity: Quantity) -> bool:
        return quantity.column == DATE or FIRST_YEAR <= quantity.low <= LAST_YEAR

    def _column(self, quantity: Quantity) -> str:
        """The column that a number is of: its unit's, that of dates for a year, or else the only one."""
        if quantity.column and quantity.column != DATE:
            return quantity.column
        if quantity.is_year:
            return DATE if self.vocabulary.dated else ""
        others = [name for name in self.vocabulary.numbers if name != DATE]
        return others[0] if len(others) == 1 else ""

    def _unit_ahead(self, tokens: Sequence[RequestToken], stop: int) -> Unit | None:
        """The unit of the number that follows, as in "over 30 and under 90 euros"."""
        joint = self.pack.role_table.longest_at(tokens, stop)
        if joint is None or joint[0] not in ("and", "or", "comma"):
            return None
        comparison, column, start = self._comparison_at(tokens, joint[1])
        following = self.amounts.quantity_at(tokens, start) if comparison else None
        column = column or (self._column(following) if following else "")
        return Unit(column, following.factor) if following and column else None


def _of_one_kind(low: Quantity, high: Quantity) -> tuple[Quantity, Quantity]:
    """The ends of a range, where what only one of them says holds for both: "3 to 5 minutes", "80 to 90s"."""
    if high.column == DATE and not low.column and low.low < 100 and low.low % 10 == 0:
        year = low.low + high.low // 100 * 100
        return Quantity(year, year + 10, DATE, low.stop), high
    if low.is_year and not high.column and high.high == high.low < 100:
        year = low.low // 100 * 100 + high.low
        return low, Quantity(year, year + 1, "", high.stop)
    if high.column not in ("", DATE) and not low.column:
        return amount_of(low.low, Unit(high.column, high.factor), low.stop), high
    if low.column not in ("", DATE) and not high.column:
        return low, amount_of(high.low, Unit(low.column, low.factor), high.stop)
    return low, high


def _range_mention(column: str, bounds: dict[str, float], stop: int) -> RangeMention | None:
    """A range of a column; None where no column is meant."""
    if not column:
        return None
    return RangeMention(NumberRange.model_validate({"column": column, **bounds}), stop)


def _year_bounds(quantity: Quantity, comparison: Comparison) -> dict[str, float]:
    match comparison:
        case "below":
            return {"below": quantity.low}
        case "at_most":
            return {"below": quantity.high}
        case "above":
            return {"min": quantity.high}
        case "at_least":
            return {"min": quantity.low}
        case _:
            return {"min": quantity.low, "below": quantity.high}


def _amount_bounds(quantity: Quantity, comparison: Comparison) -> dict[str, float]:
    match comparison:
        case "below":
            return {"below": quantity.low}
        case "above":
            return {"above": quantity.low}
        case "at_least" | "from":
            return {"min": quantity.low}
        case "exactly":
            return {"min": quantity.low, "max": quantity.low}
        case _:
            return {"max": quantity.low}
