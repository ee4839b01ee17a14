"""What a request may ask of its list beyond its length."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from palate.config.section import Section
from palate.rank.expressions import parse_expression

MAX_BOOSTS = 50
"""Boosts of one list."""


def _readable(text: str) -> str:
    """The text, if it is an expression: a mistake is told before any work is done."""
    parse_expression(text)
    return text


CategoryExpression = Annotated[str, AfterValidator(_readable)]
"""Text that `parse_expression` can read; `PalateError` where it cannot."""


class Boost(Section):
    """A factor on the scores of some items."""

    match: CategoryExpression
    """Items whose categories match this expression are boosted."""
    factor: float = Field(gt=0, le=100)
    """Multiplies their scores; below 1 it holds them back."""


class Rules(Section):
    """Wishes for one list; by default there are none."""

    allow: CategoryExpression | None = None
    """Only items whose categories match this expression are listed."""
    deny: CategoryExpression | None = None
    """Items whose categories match this expression are not listed."""
    dismissed: tuple[CategoryExpression, ...] = ()
    """Items whose categories match one of these are not listed, because the person struck such a line from
    their profile."""
    boosts: tuple[Boost, ...] = Field((), max_length=MAX_BOOSTS)
    """Factors on scores by category; of several that match an item all count."""
    not_before: float | None = Field(None, allow_inf_nan=False)
    """Items with an earlier date are not listed, in the unit of the date column; an unknown date stays."""
    freshness: float = Field(0.0, ge=0, le=10)
    """Scores are multiplied by 1 + freshness * 0.5 ** (age / half_life), where the age is counted from the
    newest date of the catalogue; an unknown date is not boosted."""
    half_life: float = Field(5.0, gt=0, allow_inf_nan=False)
    """Age at which the boost for freshness is half, in the unit of the date column."""
    diversity: float = Field(0.0, ge=0, le=1)
    """Weight of being unlike the rest of the list, against the score; 0 is off."""
    per_category: int | None = Field(None, ge=1)
    """Most items of one category in the list; an item of several categories counts in each."""
    explore: float = Field(0.0, ge=0, le=1)
    """Share of the list's places, its last ones, that are drawn by chance from further down."""
    seed: int = Field(0, ge=0)
    """The same seed draws the same items."""
