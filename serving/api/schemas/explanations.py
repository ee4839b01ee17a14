"""Explanation schemas: why an item is on a list, and a person's taste, in sentences that were checked."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from serving.api.schemas.reasons import Carried, EvidenceHistoryItem, StatedBody
from serving.api.schemas.responses import ItemName, ReleaseId, Title, UserName, Version
from serving.api.schemas.types import ResponseModel

Source = Annotated[
    Literal["own", "retry", "template"],
    Field(description="The language model's first answer, its second one, or no model at all."),
]
Text = Annotated[
    str,
    Field(description="The sentence; nothing in it goes beyond the evidence.", examples=["You liked Alien."]),
]
LineId = Annotated[
    str, Field(description="The line's id: its categories.", examples=["science-fiction+thriller"])
]
Categories = Annotated[
    list[str], Field(description="What the line is about.", examples=[["science fiction", "thriller"]])
]


class SourceAmount(ResponseModel):
    """What a source adds to the relevance."""

    source: str = Field(description="The source.", examples=["sequence"])
    amount: float = Field(description="Its weight times its score.")
    place_without: int | None = Field(
        description="Place of the item, from 1, had the source nothing to say; null where no list holds it."
    )


class EvidenceBody(ResponseModel):
    """What makes a sentence true: of the user's list as it is served, with the filters and the query that
    were sent.
    """

    place: int | None = Field(
        description="Place of the item in the list, from 1, however far down; null where no list holds it."
    )
    place_without: int | None = Field(
        description="Its place had the user met none of `reasons` and said nothing of `stated`."
    )
    reasons: list[Carried] = Field(
        description="Items of the history that the place rests on, the strongest first. With `stated` they "
        "are at most three, and all that the sentence names: the fewest that get the item out of the first "
        "ten, if any three do."
    )
    stated: list[StatedBody] = Field(
        description="What the user said that the place rests on: searches, reviews and other texts, lines of "
        "the profile that they wrote or struck, the query and the filters of this list."
    )
    others: list[Carried] = Field(
        description="Further items of the history that speak for the item, the strongest first."
    )
    other_stated: list[StatedBody] = Field(description="Further things that the user said and that do.")
    fidelity: float | None = Field(
        description="With `explain.influence=lime`: how well the linear model tells the lists that it was "
        "fitted to, R2, at most 1; null otherwise."
    )
    contributions: list[SourceAmount] = Field(description="What each source adds, the greatest first.")
    shared: list[str] = Field(description="Categories that the item shares with what the sentence names.")
    popular: bool = Field(description="Whether many people took the item.")


class RejectedText(ResponseModel):
    """What the language model wrote and nobody should take for true."""

    text: str = Field(description="Its answer.")
    reasons: list[str] = Field(description="What is wrong with it.")


class ExplanationResponse(ResponseModel):
    """Why an item is recommended to a user."""

    release: ReleaseId
    user: UserName
    item: ItemName
    title: Title
    text: Text
    source: Source
    cached: bool = Field(description="Whether the text was kept from before; it is still true.")
    reason: Literal["off", "loading", "failed", "deadline", "rejected"] | None = Field(
        description="Why it is a template: there is no language model, not yet, not any more; it took too "
        "long; or what it wrote was not true. Null where it is none.",
    )
    evidence: EvidenceBody
    rejected: list[RejectedText] = Field(description="What was written before and rejected.")


class TokenEvent(ResponseModel):
    """A piece of a draft that nobody has checked."""

    text: str = Field(description="What the language model added.")


class Rejected(ResponseModel):
    """A whole draft may not be shown; another one follows, or the template."""

    reasons: list[str] = Field(description="What is wrong with it.")


class ProfileLine(ResponseModel):
    """One line of a taste profile."""

    id: LineId
    text: Text
    source: Source
    share: float = Field(description="Its share of the history, 0 to 1.")
    struck: Literal[False] = Field(False, description="A line that was struck is among `struck`.")
    categories: Categories
    evidence: list[EvidenceHistoryItem] = Field(description="Items of the history that it rests on.")
    tags: list[str] = Field(description="Tags of those items, as far as they were written.")


class SaidLine(ResponseModel):
    """Something that the user wrote lately, which draws their lists."""

    text: str = Field(description="What they wrote.", examples=["slow-burning space horror"])
    kind: str = Field(description="What it was.", examples=["search"])
    item: ItemName | None = Field(description="What it was about, if about an item.")
    time: int = Field(description="When, in seconds since 1970.")
    categories: Categories = Field(description="Categories of the catalogue that it asks for.")


class StruckLine(ResponseModel):
    """A line that the user struck."""

    id: LineId
    categories: Categories


class ProfileResponse(ResponseModel):
    """What a user's taste is, as they may read and correct it."""

    release: ReleaseId
    user: UserName
    version: Version
    lines: list[ProfileLine] = Field(description="The greatest share first.")
    struck: list[StruckLine] = Field(description="Lines that no longer count; no list holds such items.")
    tags: list[str] = Field(description="The tags of most of the lines' items.")
    said: list[SaidLine] = Field(description="What the user wrote lately, newest first, at most 8.")


class StruckResponse(ResponseModel):
    """What a user has struck now."""

    user: UserName
    version: Version
    struck: list[StruckLine] = Field(description="Every struck line, by id.")
