"""Report schemas: what came of the lists that were shown."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from serving.api.schemas.events import KIND_PATTERN
from serving.api.schemas.types import RequestModel, ResponseModel

MOST_DAYS = 366
MOST_KINDS = 20
Kind = Annotated[str, Field(pattern=KIND_PATTERN)]
Kinds = Annotated[list[Kind], Field(min_length=1, max_length=MOST_KINDS)]
Days = Annotated[int, Field(ge=1, le=MOST_DAYS)]


class ReportRequest(RequestModel):
    """Which lists a report is on, and which events count."""

    days: Days
    clicks: Kinds
    conversions: Kinds


class RateBody(ResponseModel):
    """A share, with its 95 % interval by Wilson."""

    share: float = Field(description="Share of the places shown, 0 to 1.")
    low: float = Field(description="Lower end of the interval.")
    high: float = Field(description="Upper end of the interval.")


class ReportGroup(ResponseModel):
    """What came of the places of one group."""

    dimension: str = Field(
        description="What is told apart: all, release, kind, arm, source or place.", examples=["source"]
    )
    value: str = Field(description="Which of them; empty for all, and for no arm.", examples=["ease"])
    shown: int = Field(description="Places of lists that were answered.")
    clicks: int = Field(description="Places with a click.")
    conversions: int = Field(description="Places with a conversion.")
    click_rate: RateBody | None = Field(description="Click-through; null without places.")
    conversion_rate: RateBody | None = Field(description="Conversion; null without places.")


class ReportResponse(ResponseModel):
    """Click-through and conversion of the lists of some days."""

    since: int = Field(description="When the days begin, seconds since 1970.")
    until: int = Field(description="When they end.")
    groups: list[ReportGroup] = Field(
        description="All, then by release, kind of list, arm, source and place."
    )
    named: int = Field(description="Events that name a list of these days.")
    unknown: int = Field(description="Of these, events whose list is not kept.")
    mismatched: int = Field(
        description="Of these, events of another user, or with an item that was not on the list."
    )
