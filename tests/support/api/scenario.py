"""Scenarios: what is asked of services of their own, in one process on a real store."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from palate.storage import Folder
from serving.api.schemas import Event, EventsRequest
from serving.api.services import Services
from serving.releases.active_release import ReleaseWatcher
from serving.settings import ServingSettings
from tests.support.api.running_services import running_services

Scenario = Callable[[Services, ReleaseWatcher], Awaitable[None]]


def run_scenario(releases: Folder, store_url: str, scenario: Scenario, **changes: Any) -> None:
    """Run a scenario with services of its own, with these settings."""
    settings = ServingSettings(releases=releases.uri, **changes)

    async def run_it() -> None:
        async with running_services(settings, store_url) as running:
            await scenario(running.services, running.watcher)

    asyncio.run(run_it())


def click(event: str, user: str, item: str, kind: str = "click") -> EventsRequest:
    """A request that tells of one event."""
    return EventsRequest(events=[Event(id=event, user=user, item=item, kind=kind)])
