"""The gateway deployment: the HTTP API in front of the stages, with the users' live state."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack

from fastapi import FastAPI
from ray import serve
from ray.serve.handle import DeploymentHandle

from palate.online import KeyRing, PostgresStore, store_at
from serving.api.app import create_api
from serving.explanations.local_explainer import LocalExplainer
from serving.explanations.protocol import ExplainerProtocol
from serving.explanations.remote_explainer import RemoteExplainer
from serving.pipeline.graph import GraphPipeline
from serving.pipeline.protocol import Pipeline
from serving.recommendations.recommendation_service import PalateService
from serving.releases.active_release import ReleaseWatcher
from serving.settings import ServingSettings


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
        self._leaving = AsyncExitStack()
        self._settings = settings
        stages = stages_of(settings, handles)
        # A folder's server is started here, or used if another replica has started it.
        self._store = await PostgresStore.open(self._leaving.enter_context(store_at(settings.store)))
        self._leaving.push_async_callback(self._store.close)
        self._current = ReleaseWatcher(settings.releases, stages, settings.watch_s)
        await self._current.start()
        self._watch = asyncio.get_running_loop().create_task(self._current.watch())
        self._leaving.callback(self._watch.cancel)
        who = explainer_of(settings, explainer)
        self._service = PalateService(settings, stages, self._store, self._current, who)

    async def __serve_build_asgi_app__(self) -> FastAPI:
        return create_api(self._service, self._settings.api, KeyRing(self._store))

    async def check_health(self) -> None:
        """Ray Serve replaces a replica whose watch has died. A store that is away is not its fault."""
        if self._watch.done():
            raise RuntimeError("the watch over the current release has ended")

    async def __del__(self) -> None:
        """Leave the store, however far the start came."""
        await self._leaving.aclose()


def explainer_of(settings: ServingSettings, handle: DeploymentHandle | None) -> ExplainerProtocol:
    """Whoever explains: the deployment, or this process without a language model."""
    if handle is not None:
        return RemoteExplainer(handle)
    return LocalExplainer(settings.releases, settings.explainer.model_copy(update={"enabled": False}))


def stages_of(settings: ServingSettings, handles: Sequence[DeploymentHandle]) -> Pipeline:
    """The stages as the mode has them."""
    if settings.mode == "fused":
        from serving.pipeline.local import LocalPipeline

        return LocalPipeline(settings.releases)
    encoder, reranker, *retrievers = handles
    return GraphPipeline(encoder, retrievers, reranker)
