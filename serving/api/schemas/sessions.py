"""Session schemas: a list that is refined in several turns, whose state the client carries."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from palate.conversation import MAX_TURNS
from palate.rank.rules import NO_CONTROL
from serving.api.schemas.requests import MAX_LIST_LENGTH, PersonalRequest, Struck
from serving.api.schemas.responses import ItemName, RecommendResponse, Title
from serving.api.schemas.steering import UnderstoodRequest
from serving.api.schemas.types import ItemId, RequestModel, ResponseModel

Words = Annotated[str, Field(max_length=500, examples=["shorter, no horror"])]


class SessionTurn(RequestModel):
    """One turn: what was said, and the list that came of it."""

    say: Words = Field(description="What was said; empty for the opening.")
    shown: list[ItemId] = Field(
        max_length=MAX_LIST_LENGTH,
        fail_fast=True,
        description="Ids of the items that were listed then, the best first.",
        examples=[["i7", "i9"]],
    )


class SessionRequest(PersonalRequest):
    """Whom the list is for, the turns so far as the last answer had them, and what is said now."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"user": "u42"},
                {
                    "user": "u42",
                    "turns": [{"say": "", "shown": ["i7", "i9"]}],
                    "say": "shorter, and more like the second one",
                },
            ]
        }
    )

    turns: list[SessionTurn] = Field(
        default_factory=list,
        max_length=MAX_TURNS,
        fail_fast=True,
        description=f"The `turns` of the last answer, at most {MAX_TURNS}; none to open a session. Leave the "
        "last one out to take it back.",
    )
    say: str | None = Field(
        None,
        min_length=1,
        max_length=500,
        pattern=NO_CONTROL,
        description="What is said now: a refinement (`shorter`, `more like the second one`, `not that one`, "
        "`no horror`), a question (`why not Alien?`), `undo`, or `start over`. Without it the list is made "
        "anew.",
        examples=["shorter, and more like the second one"],
    )
    struck: Struck = Field(
        default_factory=list,
        description="Constraints that do not count: the `text` of some in the last answer's `state`.",
    )


class NamedItem(ResponseModel):
    """An item that was named."""

    item: ItemName
    title: Title


class MissingItem(ResponseModel):
    """Why an item is not in the list."""

    item: ItemName
    title: Title
    cause: Literal["listed", "broken", "named", "removed", "place", "beyond"] = Field(
        description="`listed`: it is there; `broken`: `constraints` keep it out; `named`: it was named or "
        "shown; `removed`: `rule` keeps it out; `place`: others rank higher; `beyond`: it is not among the "
        "200 first."
    )
    constraints: list[str] = Field(description="The `text` of each constraint that keeps it out.")
    place: int | None = Field(
        description="Its place in the list, or in one of 200 places that is asked for in the same way."
    )
    rule: str | None = Field(description="The filter that removed it.", examples=["seen"])


class SessionResponse(ResponseModel):
    """The session after this turn; `turns` are sent back with the next one."""

    reply: str = Field(
        description="An answer in the language of the turn.", examples=["Understood: shorter (minutes < 98)."]
    )
    kind: Literal["refine", "undo", "restart", "why_not"] = Field(description="What the turn was.")
    turns: list[SessionTurn] = Field(description="The turns that count, with the list that came of each.")
    struck: list[str] = Field(description="Constraints that do not count.")
    state: UnderstoodRequest = Field(description="What the list keeps to now, and what draws it.")
    liked: list[NamedItem] = Field(description="Items that the list should be like.")
    disliked: list[NamedItem] = Field(description="Items that it should not be like.")
    missing: list[MissingItem] = Field(
        description="Of `why_not`: each item of the name that was asked about."
    )
    list: RecommendResponse
