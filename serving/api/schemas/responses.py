"""Response schemas of lists: what a client receives."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from serving.api.schemas.reasons import Carried, ItemName, Reason, StatedBody, Title
from serving.api.schemas.steering import UnderstoodRequest
from serving.api.schemas.types import LIST_EXAMPLE, ResponseModel

UserName = Annotated[str, Field(description="The user's id.", examples=["u42"])]
ReleaseId = Annotated[
    str, Field(description="The release that answered.", examples=["20260102T030405-1a2b3c"])
]
CatalogueFields = Annotated[
    dict[str, str],
    Field(description="The catalogue's other columns.", examples=[{"genres": "Horror|Sci-Fi"}]),
]
Version = Annotated[
    int,
    Field(description="Version of the user's live state: 0 when nothing is known; every event raises it."),
]
ListId = Annotated[
    str,
    Field(description="The list's id; an event that came from it names it.", examples=[LIST_EXAMPLE]),
]


class StageTimingsMs(ResponseModel):
    """Where the time went, in milliseconds."""

    encode_ms: float = Field(0.0, description="Turning the history or the text into a query.")
    retrieve_ms: float = Field(0.0, description="Collecting candidates.")
    rank_ms: float = Field(0.0, description="Scoring, filtering and ordering them.")
    total_ms: float = Field(0.0, description="All of it, with what lies between.")


class ShownText(ResponseModel):
    """A sentence about a place that was written before."""

    text: str = Field(description="The sentence; it was checked, and is still true.")
    source: Literal["own", "retry", "template"] = Field(
        description="The language model's first answer, its second one, or no model at all."
    )


class Recommended(ResponseModel):
    """One place of the list."""

    item: ItemName
    title: Title
    fields: CatalogueFields
    score: float = Field(description="What the list is ordered by.")
    relevance: float = Field(description="The release's method alone, before actions and rules.")
    sources: dict[str, float] = Field(
        description="The score of every source that nominated the item.", examples=[{"sequence": 0.82}]
    )
    actions: dict[str, float] = Field(
        description="Probability of each action, if the item is shown.", examples=[{"like": 0.31}]
    )
    propensity: float | None = Field(
        None,
        description="With `explore`: probability of the draw that put the item here, over seeds; 1 for the "
        "places that were not drawn.",
    )
    because: list[Reason] | None = Field(
        None,
        description="With `explain`: similar items of the history, by the cosine of the items' vectors, "
        "which is no evidence; null where `reasons` tells what the place rests on.",
    )
    reasons: list[Carried] | None = Field(
        None,
        description="With `explain`, where there is an `explanation`: what it names of the history.",
    )
    stated: list[StatedBody] | None = Field(
        None,
        description="With `explain`, where there is an `explanation`: what it names of what the user said.",
    )
    explanation: ShownText | None = Field(
        None,
        description="With `explain` and a `user`: a sentence on what the list rests on, if one was written "
        "for what is known of the user now; "
        "`GET /v1/users/{user_id}/explanations/{item_id}` has one written.",
    )


class RemovedItem(ResponseModel):
    """An item that a filter took out."""

    item: ItemName
    title: Title
    filter: str = Field(description="The filter's name.", examples=["seen"])
    reason: str = Field(description="Why it applied.")


Places = list[Recommended]
RemovedItems = list[RemovedItem]
Names = list[str]
Arms = dict[str, str]


class RecommendResponse(ResponseModel):
    """A list for one user, best first."""

    list: ListId
    release: ReleaseId
    method: str = Field(description="The method that was used.", examples=["hybrid"])
    user: UserName | None = Field(description="Whom the list is for; null for somebody anonymous.")
    version: Version
    items: Places = Field(description="The list, best first.")
    stages: StageTimingsMs
    cached: bool = Field(description="Whether the list was remembered from an equal request.")
    degraded: bool = Field(
        False,
        description="Whether the event store did not answer, so that newest events may be missing.",
    )
    arms: Arms = Field(
        default_factory=Arms,
        description="Experiments that the list is part of, with the arm that the user is in.",
        examples=[{"more-diverse": "treatment"}],
    )
    ignored: Names = Field(
        default_factory=Names,
        description="Items of `history` and `exclude` that the catalogue lacks; they count for nothing.",
        examples=[["no-such-item"]],
    )
    warnings: Names = Field(
        default_factory=Names,
        description="Categories in `filters` that no item has, and so no rule applies to, with a near name.",
        examples=[["filters.allow: no item has the category 'comdy'; did you mean 'comedy'?"]],
    )
    removed: RemovedItems | None = Field(None, description="With `debug`: what filters took out.")
    steering: UnderstoodRequest | None = Field(None, description="With `query`: how it was understood.")


class Listed(ResponseModel):
    """One place of a list that is not personal."""

    item: ItemName
    title: Title
    fields: CatalogueFields
    score: float = Field(
        description="Cosine with what was asked for, -1 to 1; of a search its mean with the share of words "
        "that the item's text has, as `index.lexical_weight` weighs them."
    )


SimilarPlaces = list[Listed]


class ListResponse(ResponseModel):
    """Items by similarity, most similar first."""

    list: ListId
    release: ReleaseId
    user: UserName | None = Field(None, description="Who searched; null where it is the same for everybody.")
    degraded: bool = Field(
        False,
        description="Whether the event store did not answer, so that newest events may be missing.",
    )
    items: SimilarPlaces = Field(description="The list, best first.")
    stages: StageTimingsMs
    steering: UnderstoodRequest | None = Field(None, description="Of a search: how its text was understood.")
