"""What the routes of one app share."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, cast

from fastapi import Request

if TYPE_CHECKING:
    from serving.api.auth import Access
    from serving.api.metrics import Metrics
    from serving.api.service import Service
    from serving.api.settings import ApiSettings


class Api(NamedTuple):
    """The parts of one app."""

    service: Service
    settings: ApiSettings
    access: Access
    metrics: Metrics


def api_of(request: Request) -> Api:
    """The parts of the app that received the request."""
    return cast("Api", request.app.state.api)
