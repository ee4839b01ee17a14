"""Experiment schemas: what came of the arms of an experiment."""

from __future__ import annotations

from pydantic import Field

from serving.api.schemas.types import ResponseModel


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
