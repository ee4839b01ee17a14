"""Application graph: `serve run serving.app:build`, or `serve deploy serving/config.yaml`.

fused:  gateway with the whole pipeline
graph:  gateway -> encoder -> retriever of each part of the catalogue -> reranker

With either a gateway asks the explainer, unless it is not enabled.
"""

from __future__ import annotations

from typing import Any

import ray
from ray import serve
from ray.serve.config import AutoscalingConfig
from ray.serve.schema import LoggingConfig

from palate.config.load import checked, tree_of
from palate.errors import PalateError
from palate.storage import absolute_uri
from serving.deployments.encoder import EncoderDeployment
from serving.deployments.explainer import ExplainerDeployment
from serving.deployments.gateway import GatewayDeployment
from serving.deployments.reranker import RerankerDeployment
from serving.deployments.retriever import RetrieverDeployment
from serving.settings import MEGABYTE, ExplainerSettings, ReplicaSettings, ServingSettings

GATEWAY_LOGS = LoggingConfig(encoding="JSON", log_level="INFO", enable_access_log=False)
STAGE_LOGS = LoggingConfig(encoding="JSON", log_level="WARNING", enable_access_log=False)
LOOK_BACK_S = 30.0
"""Seconds over which autoscaling averages the load at most."""


def build(args: dict[str, Any]) -> serve.Application:
    """The application for these settings (`ServingSettings`); `PalateError` for one that does not fit.

    On a command line: `serve run serving.app:build mode=graph api.auth=false`.
    """
    given = {name: value for name, value in args.items() if "." not in name}
    deeper = [f"{name}={value}" for name, value in args.items() if "." in name]
    return application(checked(ServingSettings, tree_of(deeper, given)))


def application(settings: ServingSettings) -> serve.Application:
    """The graph, bound: each stage is given its settings and the handles of those it asks."""
    _require_shared_store(settings.store)
    located = settings.model_copy(
        update={"releases": absolute_uri(settings.releases), "store": absolute_uri(settings.store)}
    )
    stages = stage_deployments(located) if located.mode == "graph" else []
    gpus = located.encoder.gpus if located.mode == "fused" else 0.0
    return _deployment(GatewayDeployment, located.gateway, gpus).bind(
        located, *stages, explainer=_explainer(located)
    )


def _require_shared_store(store: str) -> None:
    """`PalateError` for a store in a folder on several machines: each would have events of its own."""
    # `serve run` builds before it connects to Ray, and then on one machine.
    nodes = ray.nodes() if ray.is_initialized() else []
    if "://" not in store and sum(node["Alive"] for node in nodes) > 1:
        raise PalateError(
            f"The store is the folder {store}, which is for one machine; this cluster has several, so give "
            "the URL of a PostgreSQL server that all of them reach, as in store=postgresql://user@host/palate"
        )


def stage_deployments(settings: ServingSettings) -> list[serve.Application]:
    """Encoder, reranker, and a retriever for each part of the catalogue."""
    where = settings.releases
    retriever = _deployment(RetrieverDeployment, settings.retriever)
    return [
        _deployment(EncoderDeployment, settings.encoder, settings.encoder.gpus).bind(where, settings.encoder),
        _deployment(RerankerDeployment, settings.reranker).bind(where, settings.reranker.second_look_s),
        *(
            retriever.options(name=f"Retriever-{part + 1}").bind(where, part, settings.shards)
            for part in range(settings.shards)
        ),
    ]


def _explainer(settings: ServingSettings) -> serve.Application | None:
    explainer = settings.explainer
    return (
        _deployment(ExplainerDeployment, explainer, _gpus(explainer)).bind(settings.releases, explainer)
        if explainer.enabled
        else None
    )


def _deployment(kind: type, settings: ReplicaSettings, gpus: float = 0.0) -> serve.Deployment:
    """A class as a deployment: its copies, what one may take, and how it is watched and drained."""
    return serve.deployment(
        kind,
        name=kind.__name__.removesuffix("Deployment"),
        **_copies(settings),
        ray_actor_options={
            "num_cpus": settings.cpus,
            "num_gpus": gpus,
            "memory": settings.memory_mb * MEGABYTE,
            "runtime_env": {"env_vars": _threads(settings)},
        },
        max_ongoing_requests=settings.max_ongoing,
        max_queued_requests=settings.max_queued,
        health_check_period_s=2,
        health_check_timeout_s=10,
        graceful_shutdown_wait_loop_s=0.5,
        graceful_shutdown_timeout_s=10,
        logging_config=GATEWAY_LOGS if kind is GatewayDeployment else STAGE_LOGS,
    )


def _copies(settings: ReplicaSettings) -> dict[str, Any]:
    if settings.max_replicas <= settings.min_replicas:
        return {"num_replicas": settings.min_replicas}
    # Over a longer time than the shorter delay, load would come and go before that is over.
    look_back = min(settings.upscale_delay_s, settings.downscale_delay_s, LOOK_BACK_S)
    scaling = AutoscalingConfig(
        min_replicas=settings.min_replicas,
        max_replicas=settings.max_replicas,
        target_ongoing_requests=settings.target_ongoing,
        upscale_delay_s=settings.upscale_delay_s,
        downscale_delay_s=settings.downscale_delay_s,
        look_back_period_s=look_back,
        metrics_interval_s=look_back / 10,  # fewer would be a matter of chance where little is asked
    )
    return {"autoscaling_config": scaling}


def _gpus(explainer: ExplainerSettings) -> int:
    return explainer.language_model.tensor_parallel if explainer.gpu else 0


def _threads(settings: ReplicaSettings) -> dict[str, str]:
    names = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")
    return dict.fromkeys(names, str(settings.threads)) | {
        "OMP_WAIT_POLICY": "PASSIVE",
        "TOKENIZERS_PARALLELISM": "false",
    }
