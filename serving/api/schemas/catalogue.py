"""Catalogue schemas: what is known of users, of items and of releases."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from serving.api.schemas.responses import CatalogueFields, ItemName, ReleaseId, Title, UserName, Version
from serving.api.schemas.types import ResponseModel


class Past(ResponseModel):
    """An event of a user's history."""

    item: ItemName | None = Field(description="Null where the event is a text alone.")
    title: Title | None = Field(description="Null where the event is a text alone.")
    time: int = Field(description="Seconds since 1970, or the position in a log without a clock.")
    kind: str = Field(description="What they did.", examples=["click"])
    text: str | None = Field(None, description="What they wrote.")


class Taste(ResponseModel):
    """A category's share of a history."""

    name: str = Field(description="The category.", examples=["Horror"])
    share: float = Field(description="Its share, 0 to 1.")


class UserResponse(ResponseModel):
    """What is known of a user."""

    user: UserName
    version: Version
    known: bool = Field(description="Whether the release or the event store knows the user.")
    history: list[Past] = Field(description="Their newest events, newest first, at most 100.")
    events: int = Field(description="How many events there are in all.")
    taste: list[Taste] = Field(description="The categories of the history, the greatest share first.")


class ForgottenResponse(ResponseModel):
    """A user whose events are gone."""

    user: UserName
    deleted: int = Field(description="How many stored events were deleted.")


class ItemFact(ResponseModel):
    """Some text of one of the item's columns that an explanation may say."""

    column: str = Field(description="The column; of the title `title`.", examples=["plot"])
    text: str = Field(description="The characters from `start` to `end` of the column's text.")
    start: int = Field(description="Where it begins, in characters from 0.")
    end: int = Field(description="Where it ends: the place behind its last character.")


class ItemResponse(ResponseModel):
    """An item of the catalogue."""

    item: ItemName
    title: Title
    fields: CatalogueFields
    available: bool = Field(
        True, description="Whether lists may hold it, as far as was said since the release."
    )
    facts: list[ItemFact] = Field(
        description="What explanations may say of it beyond its categories and its year: values of the "
        "columns of `explain.facts`, then phrases of those of `explain.texts`; at most 4 of each, the best "
        "first."
    )


class ReleaseInfo(ResponseModel):
    """A release in the store."""

    id: str = Field(description="The release's id.")
    created: str = Field(description="When it was made, ISO 8601.", examples=["2026-01-02T03:04:05+00:00"])
    dataset: str = Field(description="The data set that it was trained on.", examples=["movielens-100k"])
    method: str = Field(description="The method that it serves.", examples=["hybrid"])
    state: Literal["serving", "published", "refused"] = Field(description="What became of it.")
    reason: str | None = Field(None, description="Why it was refused.")


class ReleasesResponse(ResponseModel):
    """The releases in the store."""

    serving: str = Field(description="The id of the release that answers requests.")
    releases: list[ReleaseInfo] = Field(description="Newest first.")


class ReadyPart(ResponseModel):
    """One thing that a gateway needs."""

    ok: bool = Field(description="Whether it works.")
    why: str | None = Field(None, description="Why it does not.")


class ReadyResponse(ResponseModel):
    """What of one gateway works now."""

    status: Literal["ready", "degraded", "down"] = Field(
        description="All works; lists are given, but not all works; no list can be given."
    )
    gateway: str = Field(description="Tells this gateway from the others.")
    serving: ReleaseId
    method: str = Field(description="The method of that release.", examples=["hybrid"])
    current: str | None = Field(description="The release that is current, which this gateway should serve.")
    store: ReadyPart = Field(description="Events and keys. While it is away lists are `degraded`.")
    release: ReadyPart = Field(description="Whether the current release is served.")
    stages: ReadyPart = Field(description="What lists are made by.")


class HealthResponse(ResponseModel):
    """Whether requests can be answered."""

    status: str = Field(description="`ok` when requests are answered.", examples=["ok"])
    release: ReleaseId
    mode: Literal["fused", "graph"] = Field(description="All stages in one process, or each in its own.")
    explainer: Literal["off", "loading", "ready", "failed", "away"] = Field(
        description="Whether a language model writes explanations: there is none, not yet, yes, or it "
        "failed; `away` while its process does not answer. Without one they are templates."
    )
