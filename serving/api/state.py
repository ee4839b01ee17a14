"""Application state: what the routes of one app share."""

from __future__ import annotations

from typing import NamedTuple

from serving.api.auth import Access
from serving.api.metrics import Metrics
from serving.api.services import Services
from serving.api.settings import ApiSettings


class Api(NamedTuple):
    """The parts of one app."""

    services: Services
    settings: ApiSettings
    access: Access
    metrics: Metrics
