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
MAX_PER_CATEGORY: Final = 100
MAX_HALF_LIFE: Final = 1e6
MAX_SEED: Final = 2**31 - 1
NO_CONTROL: Final = r"^[^\u0000-\u001f\u007f-\u009f]+$"
"""No control characters: PostgreSQL cannot store NUL, and others break lines of a log."""

CATEGORY_RULES: Final = ("allow", "deny", "boosts", "per_category")
"""Rules that can be used only where the catalogue has categories."""
DATE_RULES: Final = ("not_before", "freshness")
"""Rules that can be used only where the catalogue has dates."""
NARROWING_RULES: Final = ("allow", "deny", "dismissed", "not_before", "per_category")
"""Rules that may take most of the candidates out."""

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


class Filters(Section):
    """Business rules for one list."""

    allow: CategoryExpression | None = None
    """Only items whose categories fit this expression: names joined by &, | and !."""
    deny: CategoryExpression | None = None
    """No items whose categories fit this expression."""
    boosts: list[Boost] = Field(default_factory=list, max_length=MAX_BOOSTS, fail_fast=True)
    """Up to 50 boosts."""
    not_before: float | None = Field(None, allow_inf_nan=False, examples=[1990])
    """No items with a smaller date (in the catalogue's unit, such as a year)."""
    freshness: float = Field(0.0, ge=0, le=10)
    """How much newer items rise, 0 to 10; 0 leaves the order alone."""
    half_life: float = Field(5.0, gt=0, le=MAX_HALF_LIFE)
    """Age at which the freshness is halved, in the unit of the date."""
    per_category: int | None = Field(None, ge=1, le=MAX_PER_CATEGORY)
    """At most so many items of one category, 1 to 100."""

    def expressions(self) -> Iterator[tuple[str, str]]:
        """Each category expression with the name of its rule."""
        for name in type(self).model_fields:
            for expression in _expressions(getattr(self, name)):
                yield name, expression


class Variety(Section):
    """Diversity and exploration: how unlike each other the items are, and how far down they come from."""

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
        fields = type(self).model_fields
        return any(
            getattr(self, name) != fields[name].get_default(call_default_factory=True) for name in names
        )


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
