"""Schema types: strings and base models that the requests and the responses share."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from palate.rank.rules import NO_CONTROL

UserId = Annotated[
    str,
    Field(
        min_length=1,
        max_length=256,
        pattern=NO_CONTROL,
        description="A user's id: 1 to 256 characters, none of them a control character.",
        examples=["u42"],
    ),
]
ItemId = Annotated[
    str,
    Field(
        min_length=1,
        max_length=256,
        pattern=NO_CONTROL,
        description="An item's id in the catalogue: 1 to 256 characters, none of them a control character.",
        examples=["i7"],
    ),
]
InterestId = Annotated[
    str,
    Field(
        min_length=1,
        max_length=256,
        pattern=NO_CONTROL,
        description="The id of a profile's line: 1 to 256 characters, none of them a control character.",
        examples=["science-fiction+thriller"],
    ),
]
LIST_PATTERN = r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"
"""A UUID as the endpoint writes them."""
LIST_EXAMPLE = "019b76da-a800-7c3e-8f1a-5d2b90c4e6f7"


class RequestModel(BaseModel):
    """What a client sends: no field beyond those that are documented, and no conversion of types."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class ResponseModel(BaseModel):
    """What a client receives."""

    model_config = ConfigDict(extra="forbid", frozen=True)
