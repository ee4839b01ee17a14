"""Shelf schemas: named rows for a home page."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from serving.api.schemas.requests import PersonalRequest
from serving.api.schemas.responses import CatalogueFields, ItemName, ReleaseId, Title, UserName
from serving.api.schemas.types import ResponseModel


class ShelvesRequest(PersonalRequest):
    """Whom the shelves are for; `k` is how many items a shelf has at most."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"user": "u42"}, {"history": ["i7", "i9"], "shelves": 4, "k": 6}]}
    )

    shelves: Annotated[int, Field(ge=1, le=20, description="How many shelves at most, 1 to 20.")] = 6
    language: Literal["en", "de", "zh"] = Field("en", description="The language of the titles.")


class ShelvedItem(ResponseModel):
    """An item of a shelf."""

    item: ItemName
    title: Title
    fields: CatalogueFields


class ShelfBody(ResponseModel):
    """A row."""

    title: str = Field(description="True of every item.", examples=["Thriller, after Fargo"])
    items: list[ShelvedItem] = Field(description="The best first; no item is on two shelves.")


class ShelvesResponse(ResponseModel):
    """Rows for a home page."""

    release: ReleaseId
    user: UserName | None = Field(description="Whom they are for; null for somebody anonymous.")
    shelves: list[ShelfBody] = Field(description="The most telling first; too short ones are left out.")
