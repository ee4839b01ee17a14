"""The pipeline: its stages in order. A new stage is a module of `jobs` with a `STAGE`, and its name here."""

from __future__ import annotations

from importlib import import_module

from jobs.runtime.stage import Stage
from palate.config import Config

STAGES = (
    "prepare",
    "train_encoder",
    "embed_catalogue",
    "train_sequence",
    "cold_probe",
    "train_baselines",
    "fuse",
    "evaluate",
    "train_reranker",
    "refit",
    "publish",
)
"""Modules of `jobs`, in the order in which data meets them."""


def require_sound(config: Config) -> None:
    """Raise `PalateError` for what any stage can tell cannot work, before the first begins."""
    for name in STAGES:
        stage_named(name).check(config)


def stage_named(name: str) -> Stage:
    """The stage that the module `jobs.<name>` declares."""
    stage: Stage = import_module(f"jobs.{name}").STAGE
    return stage
