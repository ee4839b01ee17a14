"""The gateway deployment: the HTTP API in front of the pipeline, with the users' live state."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack

from fastapi import FastAPI
from ray import serve
from ray.serve.exceptions import RayServeException
from ray.serve.handle import DeploymentHandle

from palate.experiments.store import ExperimentStore
from palate.online import KeyRing, PostgresStore, TextStore, store_at
from palate.online.event_texts import EventTextStore
from palate.online.impressions import ImpressionLog, ImpressionStore
from palate.online.items import ItemStore
from serving.api.app import create_api
from serving.api.services import Services
from serving.deployments.exposure import require_keys_or_loopback
from serving.deployments.private_port import listen_on_node_address
from serving.experiments.experiment_service import ExperimentService
from serving.explanations.explanation_service import ExplanationService
from serving.explanations.local_explainer import LocalExplainer
from serving.explanations.protocol import ExplainerProtocol
from serving.explanations.remote_explainer import RemoteExplainer
from serving.pipeline.graph import GraphPipeline
from serving.pipeline.protocol import Pipeline
from serving.recommendations.profile_service import ProfileService
from serving.recommendations.recommendation_service import RecommendationService
from serving.recommendations.report_service import ReportService
from serving.recommendations.session_service import SessionService
from serving.recommendations.shelf_service import ShelfService
from serving.releases.active_release import ReleaseWatcher
from serving.releases.arm_releases import ArmReleases
from serving.releases.catalogue_service import CatalogueService
from serving.releases.item_service import ItemService
from serving.releases.live_catalogue import LiveCatalogue
from serving.releases.readiness import Readiness
from serving.settings import MEGABYTE, ServingSettings
from serving.users.live_users import LiveUsers
from serving.users.said_vectors import SaidVectors
from serving.users.user_service import UserService


@serve.ingress()
class GatewayDeployment:
    """One replica of the endpoint."""

    async def __init__(
        self,
        settings: ServingSettings,
        *handles: DeploymentHandle,
        explainer: DeploymentHandle | None = None,
    ) -> None:
        """Take the handles of encoder, reranker and retrievers in graph mode, and none in fused mode.

        Without an `explainer` the gateway explains by itself, by templates.
        """
        listen_on_node_address()
        self._leaving = AsyncExitStack()
        await require_keys_or_loopback(settings.api.auth)
        self._settings = settings
        pipeline = pipeline_of(settings, handles)
        # A folder's server is started here, or used if another replica has started it.
        store_url = self._leaving.enter_context(store_at(settings.store))
        self._store = await PostgresStore.open(store_url, max_events=settings.max_events)
        self._leaving.push_async_callback(self._store.close)
        explaining = explainer_of(settings, explainer)
        watcher = watcher_of(settings, pipeline, self._store, explaining)
        await watcher.start()
        arm_releases = arm_releases_of(settings, pipeline, self._store, explaining)
        impressions = impression_log_of(settings, self._store)
        experiments = experiments_of(settings, self._store)
        await experiments.start()
        self._leaving.push_async_callback(impressions.close)
        watches = (
            watcher.watch(),
            watcher.watch_items(settings.items.poll_s),
            watcher.keep_loaded(),
            self._store.monitor.watch(),
            impressions.run(),
            experiments.watch(),
            experiments.guard(),
            arm_releases.follow(settings.items.poll_s),
        )
        self._watches = [asyncio.create_task(watch) for watch in watches]
        for watch in self._watches:
            self._leaving.callback(watch.cancel)
        self._services = services_of(
            settings=settings,
            pipeline=pipeline,
            store=self._store,
            watcher=watcher,
            explainer=explaining,
            impressions=impressions,
            experiments=experiments,
            arm_releases=arm_releases,
        )

    async def __serve_build_asgi_app__(self) -> FastAPI:
        return create_api(self._services, self._settings.api, KeyRing(self._store))

    async def check_health(self) -> None:
        """Ray Serve replaces a replica whose watches have died. A store that is away is not its fault."""
        if any(watch.done() for watch in self._watches):
            raise RuntimeError("a watch over release, store or experiments, or the impression log, has ended")

    async def __del__(self) -> None:
        """Leave the store, however far the start came."""
        await self._leaving.aclose()


def services_of(
    settings: ServingSettings,
    pipeline: Pipeline,
    store: PostgresStore,
    watcher: ReleaseWatcher,
    explainer: ExplainerProtocol,
    impressions: ImpressionLog,
    experiments: ExperimentService,
    arm_releases: ArmReleases,
) -> Services:
    """What the API's routes ask, put together; `watcher` has been started, `impressions.run` may run."""
    live_users = LiveUsers(settings, store)
    said = SaidVectors(watcher, pipeline, EventTextStore(store.database), int(settings.texts_mb * MEGABYTE))
    readiness = Readiness(gateway_name(), watcher, pipeline, store.monitor)
    texts = TextStore(store.database)
    explanations = ExplanationService(
        watcher=watcher, live_users=live_users, said=said, texts=texts, explainer=explainer
    )
    recommendations = RecommendationService(
        settings=settings,
        watcher=watcher,
        pipeline=pipeline,
        live_users=live_users,
        said=said,
        explanations=explanations,
        impressions=impressions,
        experiments=experiments,
        arm_releases=arm_releases,
    )
    return Services(
        recommendations=recommendations,
        sessions=SessionService(recommendations),
        shelves=ShelfService(recommendations, pipeline),
        profiles=ProfileService(explanations, recommendations, texts),
        users=UserService(watcher, store, live_users, said),
        explanations=explanations,
        catalogue=CatalogueService(settings, watcher, readiness, explainer.readiness),
        items=ItemService(settings.items, watcher, item_store_of(settings, store), store.monitor),
        reports=ReportService(store),
    )


def impression_log_of(settings: ServingSettings, store: PostgresStore) -> ImpressionLog:
    """The log of lists that were shown; nothing is written before its `run`."""
    return ImpressionLog(
        ImpressionStore(store.database),
        max_bytes=int(settings.impressions.queue_mb * MEGABYTE),
        retention_days=settings.impressions.retention_days,
    )


def experiments_of(settings: ServingSettings, store: PostgresStore) -> ExperimentService:
    """Who is in which arm; before its `start` no arm counts as stopped."""
    return ExperimentService(settings.experiments, ExperimentStore(store.database), settings.bandits)


def item_store_of(settings: ServingSettings, store: PostgresStore) -> ItemStore:
    """The live items in the store."""
    return ItemStore(store.database, settings.items.max_items)


def watcher_of(
    settings: ServingSettings,
    pipeline: Pipeline,
    store: PostgresStore,
    explainer: ExplainerProtocol,
    *,
    only: str | None = None,
) -> ReleaseWatcher:
    """What follows the current release, or stays with `only` one, with the live items on top."""
    live = LiveCatalogue(item_store_of(settings, store), pipeline, [explainer])
    return ReleaseWatcher(settings.releases, pipeline, settings.watch_s, live, only=only)


def arm_releases_of(
    settings: ServingSettings, pipeline: Pipeline, store: PostgresStore, explainer: ExplainerProtocol
) -> ArmReleases:
    """The releases that arms name, each with a live catalogue of its own; `follow` loads them."""
    named = sorted(frozenset[str]().union(*(experiment.releases for experiment in settings.experiments)))
    return ArmReleases(
        {release: watcher_of(settings, pipeline, store, explainer, only=release) for release in named}
    )


def gateway_name() -> str:
    """What tells this replica from the others in Ray's logs and dashboard."""
    try:
        return serve.get_replica_context().replica_tag
    except RayServeException:  # there is no Ray around it
        return "local"


def explainer_of(settings: ServingSettings, handle: DeploymentHandle | None) -> ExplainerProtocol:
    """Whoever explains: the deployment, or this process without a language model."""
    if handle is not None:
        return RemoteExplainer(handle)
    return LocalExplainer(settings.releases, settings.explainer.model_copy(update={"enabled": False}))


def pipeline_of(settings: ServingSettings, handles: Sequence[DeploymentHandle]) -> Pipeline:
    """The pipeline as the mode has it."""
    if settings.mode == "fused":
        from palate.recommender.encoding import EncoderRuntime
        from serving.pipeline.local import LocalPipeline

        runtime = EncoderRuntime(settings.encoder.gpus > 0, settings.encoder.cache_bytes)
        return LocalPipeline(settings.releases, runtime, settings.reranker.second_look_s)
    encoder, reranker, *retrievers = handles
    return GraphPipeline(encoder, retrievers, reranker, encoder_timeout_s=settings.encoder.timeout_s)
