"""Item schemas: what a client says of items, and what became of it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, FiniteFloat

from palate.rank.rules import NO_CONTROL
from serving.api.schemas.types import ItemId, RequestModel, ResponseModel

MAX_ITEMS = 1000
MAX_COLUMNS = 200

ColumnName = Annotated[str, Field(min_length=1, max_length=128, pattern=NO_CONTROL)]
ColumnValue = str | bool | int | FiniteFloat | None
ColumnValues = Annotated[
    dict[ColumnName, ColumnValue],
    Field(
        default_factory=dict,
        max_length=MAX_COLUMNS,
        description="Columns of the catalogue and their values: texts, numbers, true, false; null empties.",
        examples=[{"genres": "Drama", "year": 2026}],
    ),
]
NewTitle = Annotated[str, Field(min_length=1, max_length=1000)]


RemovedState = Literal["unavailable", "gone"]
"""What an item can be that lists hold no more."""


class NewItem(RequestModel):
    """An item that is new, or known and described anew."""

    item: ItemId
    title: NewTitle | None = Field(None, description="The item's title, 1 to 1000 characters.")
    fields: ColumnValues
    available: bool = Field(True, description="Whether lists may hold it.")


class ItemsRequest(RequestModel):
    """Items to put into the catalogue, together."""

    items: list[NewItem] = Field(
        min_length=1, max_length=MAX_ITEMS, fail_fast=True, description="1 to 1000 items."
    )


class ItemPatch(RequestModel):
    """What changes of an item; what is not named stays."""

    title: NewTitle | None = Field(None, description="The item's title, 1 to 1000 characters.")
    fields: ColumnValues
    available: bool | None = Field(None, description="Whether lists may hold it.")


class ItemsResponse(ResponseModel):
    """What became of the items; when it arrives, they are stored, and lists hold them within 2 s."""

    stored: int = Field(description="How many items were stored.")
    change: int = Field(description="Number of the change; a later one has a greater number.")


class ItemRemoved(ResponseModel):
    """An item that lists hold no more, within 2 s."""

    item: str = Field(description="The item's id.", examples=["i7"])
    state: RemovedState = Field(description="What it is now.")
    change: int = Field(description="Number of the change; a later one has a greater number.")
