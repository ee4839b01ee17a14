"""Reason schemas: items of the history beside a recommended one, similar to it or carrying it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from serving.api.schemas.types import ResponseModel

ItemName = Annotated[str, Field(description="The item's id in the catalogue.", examples=["i7"])]
Title = Annotated[str, Field(description="The item's title.", examples=["Alien (1979)"])]


class Reason(ResponseModel):
    """An item of the history that is similar to a recommended one; no evidence that it led there."""

    item: ItemName
    title: Title
    similarity: float = Field(description="Cosine of the two items' vectors, -1 to 1.")


class EvidenceHistoryItem(ResponseModel):
    """An item of the history that evidence rests on."""

    item: ItemName
    title: Title
    sentiment: Literal["liked", "neutral", "disliked"] = Field(
        description="What the person thought of it, as far as an event says so."
    )


class Carried(EvidenceHistoryItem):
    """An item of the history without which the recommended one would stand further down.

    That is another computation than a list's `because`, which holds similar items, whether or not the list
    rests on them.
    """

    influence: float = Field(
        description="What the logarithm of the item's score, against the last place of the list, loses "
        "without it; 0 where others can stand in for it."
    )
    place_without: int | None = Field(description="Place of the recommended item, from 1, without it alone.")


class WordBody(ResponseModel):
    """A word of a text that the user wrote."""

    word: str = Field(description="As they wrote it.")
    influence: float = Field(description="What the item's score loses without it, as that of an item.")


class StatedBody(ResponseModel):
    """Something that the user said of their taste, without which the item would stand further down."""

    kind: str = Field(
        description="The kind of the event, such as `search`; or `written line` and `struck line` of the "
        "profile, `this request` and `these filters`.",
        examples=["search"],
    )
    text: str = Field(
        description="Their words; of a struck line its categories; empty of filters.",
        examples=["slow-burning space horror"],
    )
    influence: float = Field(description="As that of an item.")
    place_without: int | None = Field(description="Place of the recommended item, from 1, without it alone.")
    words: list[WordBody] = Field(
        description="Of a reason with a text of several words: its first 12, the strongest first."
    )
