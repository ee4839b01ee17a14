"""Request schemas of lists: what a client may send; filters and boosts are those of `palate.rank.rules`."""

from __future__ import annotations

from typing import Annotated, Final, Self

from pydantic import ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from palate.rank.rules import NO_CONTROL, Boost, Filters, Variety
from serving.api.schemas.types import ItemId, RequestModel, UserId

__all__ = [
    "OWN_LIST",
    "Boost",
    "ExplainRequest",
    "Filters",
    "PersonalRequest",
    "RecommendRequest",
    "SearchRequest",
    "SimilarRequest",
]

MAX_ITEMS = 1000
MAX_LIST_LENGTH = 100
MAX_STRUCK = 50
LANGUAGE_PATTERN = r"^[a-z]{2}$"

ListLength = Annotated[int, Field(ge=1, le=MAX_LIST_LENGTH, description="How many items, 1 to 100.")]
Items = Annotated[list[ItemId], Field(max_length=MAX_ITEMS, fail_fast=True)]


Struck = Annotated[
    list[Annotated[str, Field(max_length=500)]],
    Field(max_length=MAX_STRUCK, fail_fast=True, examples=[["horror"]]),
]


class PersonalRequest(RequestModel):
    """Whom a list is for, how long it is, and what may be on it."""

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
    k: ListLength = 10
    exclude: Items = Field(
        default_factory=list,
        description="Items to leave out, at most 1000 ids of 1 to 256 characters.",
    )
    filters: Filters = Field(default_factory=Filters, description="Business rules for this list.")

    @model_validator(mode="after")
    def _either(self) -> Self:
        if (self.user is None) == (self.history is None):
            raise PydanticCustomError("user_or_history", "give exactly one of user and history")
        return self


Words = Annotated[str, Field(min_length=1, max_length=500, pattern=NO_CONTROL)]


class ExplainRequest(RequestModel):
    """The list that an explanation is of, as it was asked for, and the language of the sentence."""

    filters: Filters = Field(default_factory=Filters, description="The business rules of that list.")
    query: Words | None = Field(
        None,
        description="What that list should be like, in words: 1 to 500 characters.",
        examples=["no horror, before 1990"],
    )
    struck: Struck = Field(
        default_factory=list,
        description="Constraints that did not count: the `text` of some that an earlier answer told.",
    )
    language: str | None = Field(
        None,
        pattern=LANGUAGE_PATTERN,
        description="The language of the sentence, by its code; that of the release without it.",
        examples=["de"],
    )

    @property
    def is_plain(self) -> bool:
        """Whether it asks for the user's own list, in the language of the release."""
        return self == OWN_LIST


OWN_LIST: Final = ExplainRequest()
"""The user's own list, in the language of the release."""


class RecommendRequest(Variety, PersonalRequest):
    """Whom to recommend to, and what the list should be like."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"user": "u42", "k": 10}, {"history": ["i7", "i9"], "explain": True}]}
    )

    query: str | None = Field(
        None,
        min_length=1,
        max_length=500,
        pattern=NO_CONTROL,
        description="What the list should be like, in words: 1 to 500 characters. Constraints in it are kept "
        "by every item, and are told in the answer's `steering`.",
        examples=["something lighter than Heat, no horror, before 1990"],
    )
    struck: Struck = Field(
        default_factory=list,
        description="Constraints that do not count: the `text` of some that an earlier answer told.",
    )
    explain: bool = Field(False, description="Whether to say why each item is there.")
    debug: bool = Field(False, description="Whether to list the items that filters removed, and why.")


class SimilarRequest(RequestModel):
    """Items like one item."""

    item: ItemId
    k: ListLength = 10


class SearchRequest(RequestModel):
    """Items that fit a description."""

    text: str = Field(
        min_length=1,
        max_length=500,
        pattern=NO_CONTROL,
        description="What to look for, in your own words: 1 to 500 characters, no control characters. "
        "Constraints in it, such as `no horror` or `before 1990`, are kept by every item.",
        examples=["slow-burning space horror"],
    )
    struck: Struck = Field(
        default_factory=list,
        description="Constraints that do not count: the `text` of some that an earlier answer told.",
    )
    k: ListLength = 10
    user: UserId | None = Field(
        None,
        description="Who searches: what their history means then counts beside the words, as 1 part in 5.",
    )
    record: bool = Field(
        False,
        description="Whether to record the search as an event of the user, of kind `search`, whose id is the "
        "answer's `list`; it needs a `user` and a key that may write.",
    )

    @model_validator(mode="after")
    def _whose(self) -> Self:
        if self.record and self.user is None:
            raise PydanticCustomError("record_without_user", "record needs a user")
        return self
