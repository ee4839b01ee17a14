"""Report schemas: what came of the lists that were shown, and of the arms of an experiment."""

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


class ArmOutcomeBody(ResponseModel):
    """What came of the users of an arm whose window is over; each counts once."""

    users: int = Field(description="Who counts.")
    mean: float = Field(description="Mean of the users' own shares of lists with the outcome, 0 to 1.")
    responders: int = Field(description="Users with any such list.")


class DifferenceBody(ResponseModel):
    """The arm less control, with an interval that holds however often one looks."""

    mean: float = Field(description="Difference of the means.")
    low: float = Field(description="Lower end of the interval.")
    high: float = Field(description="Upper end of the interval.")


class OutcomeBody(ResponseModel):
    """One outcome of both arms."""

    control: ArmOutcomeBody
    treatment: ArmOutcomeBody
    difference: DifferenceBody | None = Field(description="Null while there are too few users.")
    words: str = Field(
        description="What is known, in words.",
        examples=["no difference shown yet: -0.52 to +0.31 points of the share of lists with a click"],
    )


class SplitBody(ResponseModel):
    """Whether users are split as declared (sample ratio)."""

    control: int = Field(description="Users of control who had a list.")
    treatment: int = Field(description="Users of the arm who had a list.")
    moved: int = Field(description="Users who had lists of both, and count for nothing.")
    bayes_factor: float = Field(description="Evidence against the split; 1000 or more is a mismatch.")
    as_declared: bool = Field(description="If not, nothing else means anything.")


class ComparisonBody(ResponseModel):
    """An arm beside control."""

    arm: str = Field(description="The arm.", examples=["treatment"])
    stopped: str | None = Field(description="Why the arm is stopped; null if it is given.")
    since: int = Field(description="Lists from then on count, seconds since 1970; 0: all.")
    until: int = Field(description="Lists before this count.")
    split: SplitBody
    clicks: OutcomeBody
    conversions: OutcomeBody


Comparisons = list[ComparisonBody]


class ExperimentResponse(ResponseModel):
    """What came of the arms of an experiment."""

    experiment: str = Field(description="The experiment.", examples=["more-diverse"])
    control: str = Field(description="The arm that the others are compared with.", examples=["control"])
    window_hours: float = Field(description="Hours after a user's first list that count.")
    comparisons: Comparisons = Field(description="Each other arm beside control.")
