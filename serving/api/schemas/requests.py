"""The bodies that a client may send."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import ConfigDict, Field, FiniteFloat, model_validator
from pydantic_core import PydanticCustomError

from serving.api.schemas.types import NO_CONTROL, ItemId, RequestModel, UserId

MAX_ITEMS = 1000
MAX_PLACES = 100

Places = Annotated[int, Field(ge=1, le=MAX_PLACES, description="How many items, 1 to 100.")]
Items = Annotated[list[ItemId], Field(max_length=MAX_ITEMS, fail_fast=True)]
Expression = Annotated[
    str, Field(min_length=1, max_length=500, pattern=NO_CONTROL, examples=["comedy & !horror"])
]


class Boost(RequestModel):
    """Moves the items of some categories up or down."""

    match: Expression = Field(description="Categories, as an expression: names joined by &, | and !.")
    factor: float = Field(
        gt=0,
        le=100,
        description="Multiplies the score: above 0, at most 100; below 1 moves down.",
        examples=[2],
    )


class Filters(RequestModel):
    """Business rules for one list."""

    allow: Expression | None = Field(
        None, description="Only items whose categories fit this expression: names joined by &, | and !."
    )
    deny: Expression | None = Field(None, description="No items whose categories fit this expression.")
    boosts: list[Boost] = Field(
        default_factory=list, max_length=50, fail_fast=True, description="Up to 50 boosts."
    )
    not_before: FiniteFloat | None = Field(
        None,
        description="No items with a smaller date (in the catalogue's unit, such as a year).",
        examples=[1990],
    )
    freshness: float = Field(
        0.0, ge=0, le=10, description="How much newer items rise, 0 to 10; 0 leaves the order alone."
    )
    half_life: float = Field(
        5.0, gt=0, le=1e6, description="Age at which the freshness is halved, in the unit of the date."
    )
    per_category: int | None = Field(
        None, ge=1, le=MAX_PLACES, description="At most so many items of one category, 1 to 100."
    )


class RecommendRequest(RequestModel):
    """Whom to recommend to, and what the list should be like."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"user": "u42", "k": 10}, {"history": ["i7", "i9"], "explain": True}]}
    )

    user: UserId | None = Field(
        None,
        description="Somebody known, by an id of 1 to 256 characters without control characters; "
        "give either this or a history.",
    )
    history: Items | None = Field(
        None,
        description="For somebody anonymous: the items they liked, oldest first, at most 1000 ids "
        "of 1 to 256 characters. An empty list asks for what is popular.",
    )
    k: Places = 10
    exclude: Items = Field(
        default_factory=list,
        description="Items to leave out, at most 1000 ids of 1 to 256 characters.",
    )
    filters: Filters = Field(default_factory=Filters, description="Business rules for this list.")
    diversity: float = Field(
        0.0, ge=0, le=1, description="How unlike each other the items should be, 0 to 1."
    )
    explore: float = Field(
        0.0, ge=0, le=1, description="Share of places for items from further down, 0 to 1."
    )
    explain: bool = Field(False, description="Whether to say why each item is there.")
    seed: int = Field(
        0,
        ge=0,
        le=2**31 - 1,
        description="Chooses what `explore` draws: equal seeds, equal lists; 0 to 2^31 - 1.",
    )
    debug: bool = Field(False, description="Whether to list the items that filters removed, and why.")

    @model_validator(mode="after")
    def _either(self) -> Self:
        if (self.user is None) == (self.history is None):
            raise PydanticCustomError("user_or_history", "give exactly one of user and history")
        return self


class SimilarRequest(RequestModel):
    """Items like one item."""

    item: ItemId
    k: Places = 10


class SearchRequest(RequestModel):
    """Items that fit a description."""

    text: str = Field(
        min_length=1,
        max_length=500,
        pattern=NO_CONTROL,
        description="What to look for, in your own words: 1 to 500 characters, no control characters.",
        examples=["slow-burning space horror"],
    )
    k: Places = 10
