"""Filters and boosts of one list: every rule that a client may set is declared here, and only here.

The API's schema is made of these classes, so a new filter is its field here, its file in
`palate.rank.filters` and its place in the order of `FILTERS`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Final

from pydantic import Field, field_validator

from palate.config.section import Section
from palate.rank.expressions import MAX_LENGTH, parse_expression

MAX_BOOSTS: Final = 50
"""Boosts of one list."""
MAX_SOURCES: Final = 20
"""Sources of candidates with another weight."""
MAX_PER_CATEGORY: Final = 100
MAX_RANGES: Final = 20
MAX_VALUES: Final = 100
MAX_COLUMN: Final = 256
MAX_HALF_LIFE: Final = 1e6
MAX_SEED: Final = 2**31 - 1
NO_CONTROL: Final = r"^[^\u0000-\u001f\u007f-\u009f]+$"
"""No control characters: PostgreSQL cannot store NUL, and others break lines of a log."""

CATEGORY_RULES: Final = ("allow", "deny", "boosts", "per_category")
"""Rules that can be used only where the catalogue has categories."""
DATE_RULES: Final = ("not_before", "freshness")
"""Rules that can be used only where the catalogue has dates."""

CategoryExpression = Annotated[
    str,
    Field(min_length=1, max_length=MAX_LENGTH, pattern=NO_CONTROL, examples=["comedy & !horror"]),
]
"""Text for `parse_expression`; `Rules` are what refuses a text that it cannot read."""


class Boost(Section):
    """Moves the items of some categories up or down."""

    match: CategoryExpression
    """Categories, as an expression: names joined by &, | and !."""
    factor: float = Field(gt=0, le=100, examples=[2])
    """Multiplies the score: above 0, at most 100; below 1 moves down."""
    share: float = Field(0.0, ge=0, le=1, examples=[0.2])
    """The least share of the list for what matches, 0 to 1: it is moved up as far as that takes."""

    @property
    def lifts(self) -> bool:
        """Whether it moves items up."""
        return self.factor > 1 or self.share > 0


class NumberRange(Section):
    """Bounds of a column of numbers; an item whose number is unknown is outside of all."""

    column: str = Field(min_length=1, max_length=MAX_COLUMN, pattern=NO_CONTROL, examples=["date"])
    """`date`, or a column that `rerank.columns.numbers` names."""
    min: float | None = Field(None, allow_inf_nan=False)
    """The least number."""
    max: float | None = Field(None, allow_inf_nan=False)
    """The greatest number."""
    below: float | None = Field(None, allow_inf_nan=False)
    """Only numbers less than this."""
    above: float | None = Field(None, allow_inf_nan=False)
    """Only numbers greater than this."""
    outside: bool = False
    """Whether the bounds hold what is not wanted."""


class ValueRule(Section):
    """Names in a column, of which an item must have one, or none."""

    column: str = Field(min_length=1, max_length=MAX_COLUMN, pattern=NO_CONTROL, examples=["brand"])
    """A column that `rerank.columns.values` names."""
    any_of: list[str] = Field(min_length=1, max_length=MAX_VALUES, fail_fast=True)
    """1 to 100 names; case does not matter."""
    deny: bool = False
    """Whether items with one of the names are left out, and not the others."""


class Filters(Section):
    """Business rules for one list."""

    allow: CategoryExpression | None = None
    """Only items whose categories fit this expression: names joined by &, | and !."""
    deny: CategoryExpression | None = None
    """No items whose categories fit this expression."""
    boosts: list[Boost] = Field(default_factory=list, max_length=MAX_BOOSTS, fail_fast=True)
    """Up to 50 boosts. What one lifts is nominated, too, however far from the best it was."""
    not_before: float | None = Field(None, allow_inf_nan=False, examples=[1990])
    """No items with a smaller date (in the catalogue's unit, such as a year)."""
    freshness: float = Field(0.0, ge=0, le=10)
    """How much newer items rise, 0 to 10; 0 leaves the order alone."""
    half_life: float = Field(5.0, gt=0, le=MAX_HALF_LIFE)
    """Age at which the freshness is halved, in the unit of the date."""
    per_category: int | None = Field(None, ge=1, le=MAX_PER_CATEGORY)
    """At most so many items of one category, 1 to 100."""
    ranges: list[NumberRange] = Field(default_factory=list, max_length=MAX_RANGES, fail_fast=True)
    """Bounds of numbers such as dates and prices, all of which hold; up to 20."""
    values: list[ValueRule] = Field(default_factory=list, max_length=MAX_RANGES, fail_fast=True)
    """Names such as brands and people, all of which hold; up to 20."""

    def expressions(self) -> Iterator[tuple[str, str]]:
        """Each category expression with the name of its rule."""
        for name in type(self).model_fields:
            for expression in _expressions(getattr(self, name)):
                yield name, expression


SourceFactor = Annotated[float, Field(ge=0, le=100)]
SourceName = Annotated[str, Field(min_length=1, max_length=64, pattern=NO_CONTROL)]


class Variety(Section):
    """Sources, diversity and exploration: what a list is mixed from, how unlike each other its items are, and
    how far down they come from.
    """

    sources: dict[SourceName, SourceFactor] = Field(
        default_factory=dict, max_length=MAX_SOURCES, examples=[{"sequence": 2, "popularity": 0}]
    )
    """Multiplies what a source of candidates weighs in the relevance for somebody with a history, 0 to 100: 0
    counts it for nothing. An answer's `sources` name them; those that are not named here stay as they are."""

    diversity: float = Field(0.0, ge=0, le=1)
    """How unlike each other the items should be, 0 to 1."""
    explore: float = Field(0.0, ge=0, le=1)
    """Share of places for items from further down, 0 to 1."""
    seed: int = Field(0, ge=0, le=MAX_SEED)
    """Chooses what `explore` draws: equal seeds, equal lists; 0 to 2^31 - 1."""


class Rules(Variety, Filters):
    """Everything that the filters of one list go by; by default there are no wishes.

    Beyond what a client may set there is what the server knows of the person.
    """

    dismissed: tuple[str, ...] = ()
    """Items whose categories match one of these expressions are not listed, because the person struck such a
    line from their profile."""

    @field_validator("*", mode="before")
    @classmethod
    def _readable(cls, value: object) -> object:
        """The value; `PalateError` for an expression in it that cannot be read, before any work is done."""
        for expression in _expressions(value):
            parse_expression(expression)
        return value

    def is_set(self, *names: str) -> bool:
        """Whether one of these rules differs from its default."""
        return any(getattr(self, name) != getattr(_NO_WISHES, name) for name in names)


_NO_WISHES = Rules()
"""Made once: asking pydantic for a default that a function makes costs as much as a filter."""


def _expressions(value: object) -> Iterator[str]:
    """The category expressions in a rule's value; every text among the rules is one."""
    match value:
        case str():
            yield value
        case Boost(match=str(expression)) | {"match": str(expression)}:
            yield expression
        case list() | tuple():
            for part in value:
                yield from _expressions(part)
