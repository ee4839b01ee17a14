"""What the routes ask, put together as a gateway does it, without Ray and without a language model."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NamedTuple

from palate.online import PostgresStore
from palate.online.impressions import ImpressionLog
from serving.api.services import Services
from serving.deployments.gateway import (
    arm_releases_of,
    experiments_of,
    impression_log_of,
    services_of,
)
from serving.experiments.experiment_service import ExperimentService
from serving.explanations.local_explainer import LocalExplainer
from serving.pipeline.local import LocalPipeline
from serving.releases.active_release import ReleaseWatcher
from serving.settings import ExplainerSettings, ServingSettings


class RunningServices(NamedTuple):
    """The services of one gateway, and what they are made of."""

    services: Services
    store: PostgresStore
    watcher: ReleaseWatcher
    log: ImpressionLog
    experiments: ExperimentService


@asynccontextmanager
async def running_services(
    settings: ServingSettings, url: str, pipeline: LocalPipeline | None = None
) -> AsyncIterator[RunningServices]:
    """Services on the store at `url`, which is closed at the end; what is in it stays there."""
    store = await PostgresStore.open(url, max_events=settings.max_events)
    pipeline = pipeline or LocalPipeline(settings.releases)
    watcher = ReleaseWatcher(settings.releases, pipeline, settings.watch_s)
    await watcher.start()
    log, experiments = impression_log_of(settings, store), experiments_of(settings, store)
    await experiments.start()
    explainer = LocalExplainer(settings.releases, ExplainerSettings(enabled=False))
    arm_releases = arm_releases_of(settings, pipeline, store, explainer)
    following = asyncio.create_task(arm_releases.follow(0.01))
    services = services_of(
        settings=settings,
        pipeline=pipeline,
        store=store,
        watcher=watcher,
        explainer=explainer,
        impressions=log,
        experiments=experiments,
        arm_releases=arm_releases,
    )
    yield RunningServices(services, store, watcher, log, experiments)
    following.cancel()
    await store.close()
