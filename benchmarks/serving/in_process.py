"""The whole application in this process, with a real PostgreSQL beside it: no network, and no Ray."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from palate.online import PostgresStore, embedded_store
from serving.api.app import create_api
from serving.api.settings import ApiSettings
from serving.deployments.gateway import (
    arm_releases_of,
    experiments_of,
    impression_log_of,
    services_of,
)
from serving.explanations.local_explainer import LocalExplainer
from serving.pipeline.local import LocalPipeline
from serving.releases.active_release import ReleaseWatcher
from serving.settings import ServingSettings

LIMITLESS = ApiSettings(auth=False, requests_per_second=0, strangers_per_second=0, timeout_s=60)


@asynccontextmanager
async def application(
    releases: str, store_folder: Path, **changes: object
) -> AsyncIterator[tuple[httpx.AsyncClient, PostgresStore]]:
    """A client of the application and its store, both closed at the end; `changes` are settings."""
    logging.getLogger("ray.serve").setLevel(logging.WARNING)
    settings = ServingSettings.model_validate(
        {"releases": releases, "explainer": {"enabled": False}} | changes
    )
    with embedded_store(store_folder) as url:
        store = await PostgresStore.open(url, max_events=settings.max_events)
        pipeline = LocalPipeline(releases)
        watcher = ReleaseWatcher(releases, pipeline, settings.watch_s)
        await watcher.start()
        impressions = impression_log_of(settings, store)
        logging_lists = asyncio.create_task(impressions.run())
        explainer = LocalExplainer(releases, settings.explainer)
        services = services_of(
            settings=settings,
            pipeline=pipeline,
            store=store,
            watcher=watcher,
            explainer=explainer,
            impressions=impressions,
            experiments=experiments_of(settings, store),
            arm_releases=arm_releases_of(settings, pipeline, store, explainer),
        )
        transport = httpx.ASGITransport(create_api(services, LIMITLESS))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            yield client, store
        logging_lists.cancel()
        await impressions.close()
        await store.close()
