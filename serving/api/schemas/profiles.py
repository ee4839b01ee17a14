"""Profile schemas: lines that people write about themselves, and what a change of the profile does."""

from __future__ import annotations

from pydantic import Field

from palate.rank.rules import NO_CONTROL
from serving.api.schemas.explanations import ProfileResponse, StruckLine
from serving.api.schemas.responses import ItemName, Title, UserName, Version
from serving.api.schemas.steering import UnderstoodRequest
from serving.api.schemas.types import RequestModel, ResponseModel


class LineRequest(RequestModel):
    """A line of a profile, in a person's own words."""

    text: str = Field(
        min_length=1,
        max_length=300,
        pattern=NO_CONTROL,
        description="What lists should know: 1 to 300 characters. Categories in it come first, or with "
        "`less` last; what is not wanted (`no war`), numbers and named items count as in a request. The "
        "rest draws by its meaning, if that has to do with the catalogue.",
        examples=["I watch with children now, less war"],
    )


class WrittenLineBody(ResponseModel):
    """A line that the user wrote."""

    id: str = Field(
        description="The line's id; of one that was rewritten that of its interest.", examples=["line-4f1a"]
    )
    text: str = Field(description="The user's words.")
    understood: UnderstoodRequest
    ignored: list[str] = Field(
        description="What of the line says nothing of this catalogue: it neither draws nor pushes a list.",
        examples=[["the bus was late"]],
    )
    counts: bool = Field(description="Whether anything of the line counts; false where all is ignored.")


class WrittenProfileResponse(ProfileResponse):
    """What a user's taste is, as they may read, write and correct it."""

    written: list[WrittenLineBody] = Field(description="Lines that the user wrote.")


class ListedItem(ResponseModel):
    """An item that comes or goes."""

    item: ItemName
    title: Title


class ProfileChangeResponse(ResponseModel):
    """What a change of the profile did."""

    user: UserName
    version: Version
    line: str = Field(description="The id of the line that was changed.")
    written: list[WrittenLineBody] = Field(description="Every line that the user wrote.")
    struck: list[StruckLine] = Field(description="Every struck line, by id.")
    items_in: list[ListedItem] = Field(description="Items that came into the first ten.")
    items_out: list[ListedItem] = Field(description="Items that left the first ten.")
