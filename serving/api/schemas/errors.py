"""Error schema: the shape of everything that goes wrong."""

from __future__ import annotations

from pydantic import Field

from serving.api.schemas.types import ResponseModel


class ErrorBody(ResponseModel):
    """What is wrong and what to do."""

    code: str = Field(description="For programs.", examples=["invalid_field"])
    message: str = Field(
        description="What is wrong.", examples=["k: Input should be less than or equal to 100 (got 500)"]
    )
    action: str = Field(description="What to do.", examples=["k: How many items, 1 to 100."])
    request_id: str = Field(description="Names this request in the server's log.", examples=["4f1c0a"])


class ErrorResponse(ResponseModel):
    """The one shape of every refusal and failure."""

    error: ErrorBody
