"""Palate's own methods: the pipeline's stages, from the raw data to the reranker."""

from __future__ import annotations

from typing import Any

from benchmarks.quality.refitted import STAGE as REFIT
from benchmarks.quality.refitted import refitted
from benchmarks.quality.served import served
from jobs.runtime.pipeline import STAGES, stage_named
from jobs.runtime.ray_session import ray_session
from jobs.runtime.stage import run_stage, stage_folder
from jobs.training.sequence import TEACHERS
from palate.config import Config
from palate.rank.store import load_reranker
from palate.retrieve.hybrid import HYBRID, SEQUENCE

MEASURED = STAGES[: STAGES.index("train_reranker") + 1]
ENCODER = ("train_encoder", "embed_catalogue")
SERVED = "as served"
NEEDS = {
    SERVED: [name for name in MEASURED if name != "cold_probe"],
    f"{SEQUENCE}, refitted": (*ENCODER, "train_sequence", REFIT.name),
    f"{HYBRID}, refitted": (*ENCODER, "train_sequence", "train_baselines", "fuse", REFIT.name),
    HYBRID: (*ENCODER, "train_sequence", "train_baselines", "fuse"),
    SEQUENCE: (*ENCODER, "train_sequence"),
    "moving-average": ENCODER,
}
"""Stages whose seconds a method is charged with; every other method with those of all baselines together."""


def prepare(config: Config) -> None:
    """Run the first stage alone."""
    run_stage(stage_named("prepare"), config)


def measure(config: Config, refit: bool = True) -> dict[str, Any]:
    """Run what is not finished; every method's metrics with its cost, and what else the evaluation found.

    Without `refit` what it is worth to train once more is left out.
    """
    stages = [*(stage_named(name) for name in MEASURED), *([REFIT] if refit else [])]
    with ray_session(config):
        manifests = {stage.name: run_stage(stage, config) for stage in stages}
    metrics = stage_folder(config, "evaluate").read_json("metrics.json")
    methods = {**metrics["methods"], SERVED: served(config), **(refitted(config) if refit else {})}
    return {
        "methods": {name: found | _cost(name, manifests) for name, found in methods.items()},
        "validation": metrics["validation"],
        "selected": metrics["selected"],
        "segments": metrics["segments"],
        "cold": metrics["cold"],
        "reranker": _reranker(config),
        "course": _course(config),
        "stages": {name: manifest["seconds"] for name, manifest in manifests.items()},
    }


def _reranker(config: Config) -> dict[str, Any]:
    """What the reranker's orders are worth to users whose validation events it has not learned from."""
    reranking = load_reranker(stage_folder(config, "train_reranker"))
    return {} if reranking is None else {"score": reranking.score, **reranking.report}


def _cost(method: str, manifests: dict[str, Any]) -> dict[str, float]:
    needed = [manifests[name] for name in NEEDS.get(method, ("train_baselines",))]
    return {
        "seconds": round(sum(manifest["seconds"] for manifest in needed), 1),
        "peak_memory_bytes": max(manifest["peak_memory_bytes"] for manifest in needed),
    }


def _course(config: Config) -> dict[str, list[float]]:
    """Validation NDCG@10 and training seconds of each epoch of the first member, taught by nobody."""
    folder = stage_folder(config, "train_sequence")
    told = (folder / TEACHERS if config.sequence.distil else folder).read_json("model.json")
    return {"ndcg@10": told["curve"], "seconds": told["seconds"]}
