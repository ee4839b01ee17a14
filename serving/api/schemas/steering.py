"""Steering schemas: how a request in words was understood."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from palate.rank.rules import NumberRange
from serving.api.schemas.types import ResponseModel


class UnderstoodConstraint(ResponseModel):
    """One thing that was asked for."""

    text: str = Field(description="The words that asked for it; `struck` takes it back.", examples=["horror"])
    negative: bool = Field(description="Whether it is not wanted.")
    kind: Literal["category", "number", "value", "item", "text", "shown"] = Field(
        description="The first three are kept by every item; an item, or a text that is not wanted, draws or "
        "pushes the list; what was shown in the session, or only compared with, is not listed."
    )
    names: list[str] = Field(
        description="Categories, or names in a column, any of which will do.", examples=[["Horror"]]
    )
    together: bool = Field(False, description="Whether all the categories are meant of one item.")
    unless: list[str] = Field(
        default_factory=list, description="Categories with which an unwanted one is let through."
    )
    column: str | None = Field(None, description="The column of a name or a number.")
    range: NumberRange | None = Field(None, description="The bounds of a number.")
    items: list[str] = Field(description="Ids of the items that are meant.")


class UnderstoodRequest(ResponseModel):
    """A request in words as it was read."""

    language: str = Field(description="The language that it was read in.", examples=["en"])
    constraints: list[UnderstoodConstraint] = Field(description="In the order of the words.")
    rest: str = Field(description="What else was said: its meaning draws the list.", examples=["lighter"])
