"""Event schemas: what a client reports, each event once by its id, and what becomes of it."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, FiniteFloat, model_validator
from pydantic_core import PydanticCustomError

from palate.rank.rules import NO_CONTROL
from serving.api.schemas.types import LIST_EXAMPLE, LIST_PATTERN, ItemId, RequestModel, ResponseModel, UserId

MAX_EVENTS = 1000
KIND_PATTERN = r"^[a-z][a-z0-9_-]{0,31}$"
MAX_TEXT = 2000
TEXT_PATTERN = r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]+$"
"""Line ends and tabs are the control characters that people write."""
END_OF_9999 = 253_402_300_799


EventText = Annotated[
    str,
    Field(
        min_length=1,
        max_length=MAX_TEXT,
        pattern=TEXT_PATTERN,
        description="What they wrote, 1 to 2000 characters: a search, a review, a comment, a question.",
        examples=["something for a rainy evening"],
    ),
]


class Event(RequestModel):
    """Something that a user did with an item, or wrote; at least one of `item` and `text` is given."""

    id: str = Field(
        min_length=1,
        max_length=128,
        pattern=NO_CONTROL,
        description="Made by the client, 1 to 128 characters; sent again for its user, it changes nothing.",
        examples=["b3f1c2"],
    )
    user: UserId
    item: ItemId | None = Field(None, description="What it is about; without it, the event is a text alone.")
    kind: str = Field(
        "click",
        pattern=KIND_PATTERN,
        description="What they did: up to 32 small letters, digits, _ and -, beginning with a letter.",
    )
    value: FiniteFloat = Field(1.0, description="How much, such as a rating or seconds watched; finite.")
    time: int | None = Field(
        None, ge=0, le=END_OF_9999, description="When, in seconds since 1970; without it, when it arrives."
    )
    list: str | None = Field(
        None,
        pattern=LIST_PATTERN,
        description="Where the user met the item: the `list` of an answer of the endpoint, for reports.",
        examples=[LIST_EXAMPLE],
    )
    text: EventText | None = Field(
        None,
        description="What they wrote, at most 2000 characters: it draws their lists by its meaning, the less "
        "the more follows. That of an event against its item draws nothing.",
    )

    @model_validator(mode="after")
    def _something(self) -> Self:
        if self.item is None and self.text is None:
            raise PydanticCustomError("item_or_text", "give an item, a text, or both")
        if self.item is None and self.list is not None:
            raise PydanticCustomError("list_without_item", "an event that names a list needs its item")
        return self


class EventsRequest(RequestModel):
    """Events to remember, together."""

    events: list[Event] = Field(
        min_length=1,
        max_length=MAX_EVENTS,
        fail_fast=True,
        description="1 to 1000 events, in the order they happened.",
    )


class EventsResponse(ResponseModel):
    """What became of the events; when it arrives, they are stored."""

    accepted: int = Field(description="Events that are new.")
    known: int = Field(description="Events whose ids were known for their users, and which changed nothing.")
    versions: dict[str, int] = Field(
        description="Every user's version now; a later list carries this one or a higher one.",
        examples=[{"u42": 7}],
    )
