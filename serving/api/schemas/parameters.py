"""Path and query parameters: what may stand outside of bodies."""

from __future__ import annotations

from pydantic import Field

from palate.online.impressions.report import CLICKS, CONVERSIONS, REPORT_DAYS
from serving.api.schemas.items import RemovedState
from serving.api.schemas.reports import Days, Kinds
from serving.api.schemas.types import InterestId, ItemId, RequestModel, UserId


class PathValues(RequestModel):
    """What stands in paths."""

    user_id: UserId
    item_id: ItemId
    interest_id: InterestId


class QueryValues(RequestModel):
    """What stands behind the question mark."""

    debug: bool = Field(False, description="`true` or `false`; the same as `debug` in the body.")
    state: RemovedState = Field(
        "unavailable",
        description="`unavailable`: it cannot be had for a while; `gone`: it is no part of the catalogue any "
        "more, and the next training leaves it out.",
    )
    days: Days = Field(REPORT_DAYS, description="Lists of so many last days, 1 to 366.")
    click: Kinds = Field(
        default_factory=lambda: list(CLICKS),
        description="Kinds of events that are clicks; given several times for several.",
    )
    conversion: Kinds = Field(
        default_factory=lambda: list(CONVERSIONS),
        description="Kinds that are conversions; given several times for several.",
    )


class Parameters(RequestModel):
    """Everything outside the body, so that refusals can say what it may hold; FastAPI reads it."""

    path: PathValues
    query: QueryValues
